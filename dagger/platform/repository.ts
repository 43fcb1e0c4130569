import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { refused } from "./failure.ts"
import { manifestFile, parsePlatform, type Platform, type Service } from "./manifest.ts"

/** A working copy of the platform: its manifest, and the folder that its services are in. */
export interface Repository {
  root: string
  platform: Platform
}

/** Reads the working copy at `root`. Refuses a manifest that is not valid, and a service without its folder or Dockerfile. */
export async function openRepository(root: string): Promise<Repository> {
  const file = join(root, manifestFile)
  const text = await readFile(file, "utf8").catch(() => {
    throw refused(`there is no platform.json in ${root}.`, "Run the command in a working copy of the platform.")
  })
  const platform = parsePlatform(text)
  const missing = platform.services.map(({ build }) => build.dockerfile).filter((path) => !existsSync(join(root, path)))
  if (missing.length > 0) {
    throw refused(
      `platform.json names services that are not here: ${missing.join(", ")} not found.`,
      "Add the service's folder, or take the service out of platform.json.",
    )
  }
  return { root, platform }
}

/** A service by its name. Refuses an unknown one. */
export const requireService = (platform: Platform, name: string): Service => selectServices(platform, name)[0]!

/** The services to work on: all, or the one named. Refuses an unknown name. */
export function selectServices(platform: Platform, name?: string): Service[] {
  if (name === undefined) return platform.services
  const service = platform.services.find((service) => service.name === name)
  if (!service) {
    throw refused(
      `unknown service "${name}".`,
      `Expected one of: ${platform.services.map(({ name }) => name).join(", ")}.`,
    )
  }
  return [service]
}

/** A service's smoke tests, which tell whether people are served: the files of its folder `smoke`, by name. */
export interface SmokeSuite {
  service: string
  files: Record<string, string>
}

/** The smoke tests of the deployed services that have some. */
export async function readSmokeSuites({ root, platform }: Repository): Promise<SmokeSuite[]> {
  const read = platform.services.map(async ({ name: service, build }) => {
    const folder = join(root, build.folder, "smoke")
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".py"))
    const files = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)
    return { service, files: Object.fromEntries(await Promise.all(files)) }
  })
  return (await Promise.all(read)).filter(({ files }) => Object.keys(files).length > 0)
}
