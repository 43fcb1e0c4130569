import { dag, type Directory } from "@dagger.io/dagger"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openFolder } from "../delivery/site/folder.ts"
import type { Site } from "../delivery/site/manifest.ts"
import { exportEnvironment } from "../delivery/site/export.ts"
import { inputsOfSite } from "../platform/inputs.ts"
import type { Platform } from "../platform/manifest.ts"
import type { Repository } from "../platform/repository.ts"
import { directoryOf } from "./inputs.ts"
import { failing } from "./told.ts"

export const nodeImage = "node:24-slim"

/** The built site, from its folder alone: what changes elsewhere cannot make the engine build it again. */
function builtSite(frontend: Directory, { build, output }: NonNullable<Platform["site"]>): Directory {
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
    .withExec(build)
    .directory(output)
}

/** The same, for a deploy to read. */
export async function openSite(source: Directory, { root, platform }: Repository): Promise<Site> {
  const written = platform.site!
  const site = builtSite(directoryOf(source, written.folder, await inputsOfSite(root, written.folder)), written)
  const folder = await site
    .export(join(tmpdir(), "cat-house-site"), { wipe: true })
    .catch(
      failing(
        "the site could not be exported.",
        `Correct it, and try: ${written.build.join(" ")}, in ${written.folder}/.`,
      ),
    )
  return openFolder(folder)
}
