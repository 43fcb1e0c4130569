import { z } from "zod"
import { relativePath } from "./service.ts"

/** The website: any folder that is built by any command of Node.js. */
export const siteSchema = z.strictObject({
  folder: relativePath.default("frontend").describe("Where it is, with its package-lock.json"),
  build: z
    .array(z.string())
    .min(1)
    .default(["npm", "run", "--silent", "export"])
    .describe("Builds it, in its folder, once its packages are installed"),
  output: relativePath.default("dist").describe("The folder that the command leaves the website in, below its folder"),
  keepReleases: z
    .int()
    .min(2)
    .max(50)
    .default(5)
    .describe(
      "How many releases of the website keep their assets, the served one among them, for pages that are still open",
    ),
})
