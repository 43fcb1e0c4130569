import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { inputsOfImage, inputsOfSite, type Input } from "./inputs.ts"
import type { Build } from "./service.ts"

/**
 * A service's version: the SHA-256 (hex) of all that its image is built from, by path and content. Image, environment and
 * task definition depend on nothing else, so a commit that touches one service changes one service.
 */
export const versionOf = async (root: string, { build }: { build: Build }): Promise<string> =>
  hashOf(root, await inputsOfImage(root, build))

/** The site's version: the SHA-256 (hex) of all that it is built from. Its packages are decided by the lock file in there. */
export const siteVersionOf = async (root: string, folder: string): Promise<string> =>
  hashOf(root, await inputsOfSite(root, folder))

/** A version as people read it. */
export const short = (version: string): string => version.slice(0, 12)

async function hashOf(root: string, inputs: Input[]): Promise<string> {
  const hash = createHash("sha256")
  for (const { path, from, executable } of inputs) {
    const content = await readFile(join(root, from))
    hash.update(`${path}\0${executable ? "x" : ""}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}
