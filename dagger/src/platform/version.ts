import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"

/** What tools leave behind in a service's folder; no input of any image. */
export const leftovers = ["__pycache__", ".venv", ".pytest_cache", ".mypy_cache", ".coverage", "*.egg-info"]

/** The paths, relative to `services/`, that a service's image is made from. Its Dockerfile is in its folder. */
export function inputsOf(service: string): string[] {
  return [service, "common", "pyproject.toml", "uv.lock"]
}

/**
 * A service's version: the SHA-256 (hex) of all its inputs, by path and content. Image, environment and task definition
 * depend on nothing else, so a commit that touches one service changes one service.
 */
export async function versionOf(servicesFolder: string, service: string): Promise<string> {
  const hash = createHash("sha256")
  for (const input of inputsOf(service)) {
    for (const path of await filesUnder(servicesFolder, input)) {
      const content = await readFile(join(servicesFolder, path))
      hash.update(`${path}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest("hex")
}

/** A version as people read it. */
export const short = (version: string): string => version.slice(0, 12)

export function isLeftover(name: string): boolean {
  return leftovers.some((pattern) => (pattern.startsWith("*") ? name.endsWith(pattern.slice(1)) : name === pattern))
}

async function filesUnder(root: string, path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return undefined
    throw error
  })
  if (!entries) return [path]
  const kept = entries.filter((entry) => !isLeftover(entry.name)).sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = await Promise.all(kept.map((entry) => filesUnder(root, `${path}/${entry.name}`)))
  return found.flat()
}
