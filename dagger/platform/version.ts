import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"

/** What tools and editors leave behind; no input of any image, nor of the site. The module's `source` leaves them out, too. */
export const leftovers = [
  "node_modules",
  "dist",
  "coverage",
  ".expo",
  "expo-env.d.ts",
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
  return hashOf(servicesFolder, await inputFilesOf(servicesFolder, service))
}

/** The files that a service's image is made from, relative to `services/`, in an order that depends on nothing else. */
export async function inputFilesOf(servicesFolder: string, service: string): Promise<string[]> {
  const found = await Promise.all(inputsOf(service).map((input) => filesUnder(servicesFolder, input)))
  return found.flat()
}

/** The site's version: the SHA-256 (hex) of all that it is exported from. Its packages are decided by the lock file in there. */
export async function siteVersionOf(frontendFolder: string): Promise<string> {
  return hashOf(frontendFolder, await siteFilesOf(frontendFolder))
}

/** The files that the site is exported from, relative to `frontend/`, in an order that depends on nothing else. */
export function siteFilesOf(frontendFolder: string): Promise<string[]> {
  return filesUnder(frontendFolder, ".")
}

/** A version as people read it. */
export const short = (version: string): string => version.slice(0, 12)

async function hashOf(folder: string, paths: string[]): Promise<string> {
  const hash = createHash("sha256")
  for (const path of paths) {
    const content = await readFile(join(folder, path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}

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
  const paths = kept.map(({ name }) => join(path, name)).sort()
  return (await Promise.all(paths.map((path) => filesUnder(root, path)))).flat()
}
