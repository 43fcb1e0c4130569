import { writeFile } from "node:fs/promises"
import { z } from "zod"
import { manifestSchema } from "./manifest-schema.ts"

/** The JSON schema of `platform.json`, with which editors complete and check it: platform.schema.json. */
export const manifestJsonSchema = () => ({
  ...z.toJSONSchema(manifestSchema, { io: "input" }),
  title: "A platform, as cat-house delivers it",
})

// As a program of its own (npm run schema) it writes the file; Dagger only loads it.
if (import.meta.main) await writeFile("platform.schema.json", JSON.stringify(manifestJsonSchema(), null, 2))
