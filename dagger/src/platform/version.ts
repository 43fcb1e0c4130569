import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"

/** What tools and editors leave behind in a service's folder; no input of any image. The module's `source` leaves them out, too. */
export const leftovers = [
  "__pycache__",
  ".venv",
  ".pytest_cache",
  ".mypy_cache",
  ".coverage*",
  "*.egg-info",
  "*.swp",
  ".#*",
  ".DS_Store",
]

/** The paths, relative to `services/`, that a service's image is made from. Its Dockerfile is in its folder. */
export function inputsOf(service: string): string[] {
  return [service, "common", "pyproject.toml", "uv.lock", ".dockerignore"]
}

/**
 * A service's version: the SHA-256 (hex) of all its inputs, by path and content. Image, environment and task definition
 * depend on nothing else, so a commit that touches one service changes one service.
 */
export async function versionOf(servicesFolder: string, service: string): Promise<string> {
  const hash = createHash("sha256")
  for (const path of await inputFilesOf(servicesFolder, service)) {
    const content = await readFile(join(servicesFolder, path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}

/** The files that a service's image is made from, relative to `services/`, in an order that depends on nothing else. */
export async function inputFilesOf(servicesFolder: string, service: string): Promise<string[]> {
  const found = await Promise.all(inputsOf(service).map((input) => filesUnder(servicesFolder, input)))
  return found.flat()
}

/** A version as people read it. */
export const short = (version: string): string => version.slice(0, 12)

function isLeftover(name: string): boolean {
  return leftovers.some((pattern) => {
    if (pattern.startsWith("*")) return name.endsWith(pattern.slice(1))
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern
  })
}

/** The regular files at or below a path, sorted. */
async function filesUnder(root: string, path: string): Promise<string[]> {
  const found = await stat(join(root, path))
  if (found.isFile()) return [path]
  const entries = await readdir(join(root, path), { withFileTypes: true })
  const kept = entries.filter((entry) => !isLeftover(entry.name) && (entry.isFile() || entry.isDirectory()))
  const paths = kept.map(({ name }) => `${path}/${name}`).sort()
  return (await Promise.all(paths.map((path) => filesUnder(root, path)))).flat()
}
