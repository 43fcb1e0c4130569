import { dag, type Directory } from "@dagger.io/dagger"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openFolder } from "../../delivery/site/folder.ts"
import type { Site } from "../../delivery/site/manifest.ts"
import { exportEnvironment } from "../../delivery/site/export.ts"
import { inputsOfSite } from "../../platform/inputs.ts"
import type { Repository } from "../../platform/repository.ts"
import { directoryOf } from "./inputs.ts"
import { failing } from "./told.ts"

export const nodeImage = "node:24-slim"

/** The exported site, from the frontend alone: what changes elsewhere cannot make the engine build it again. */
function exportedSite(frontend: Directory): Directory {
  const packages = dag
    .container()
    .from(nodeImage)
    .withMountedCache("/root/.npm", dag.cacheVolume("cat-house-npm"))
    .withWorkdir("/frontend")
    // Filtered before: with `include` here, the engine would install again after every change of the frontend.
    .withDirectory(".", frontend.filter({ include: ["package.json", "package-lock.json", ".npmrc"] }))
    .withExec(["npm", "ci", "--no-fund", "--no-audit"])
  return Object.entries(exportEnvironment)
    .reduce((container, [name, value]) => container.withEnvVariable(name, value), packages)
    .withMountedCache("/tmp/metro-cache", dag.cacheVolume("cat-house-metro"))
    .withDirectory(".", frontend)
    .withExec(["npm", "run", "export"])
    .directory("dist")
}

/** The same, for a deploy to read. */
export async function openSite(source: Directory, { root }: Repository): Promise<Site> {
  const site = exportedSite(directoryOf(source, "frontend", await inputsOfSite(root)))
  const folder = await site
    .export(join(tmpdir(), "cat-house-site"), { wipe: true })
    .catch(failing("the site could not be exported.", "Correct it, and try: npm run export, in frontend/."))
  return openFolder(folder)
}
