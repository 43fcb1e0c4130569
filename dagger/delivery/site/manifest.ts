import { createHash } from "node:crypto"
import { z } from "zod"
import { immutable } from "./classification.ts"

/** In this order they are hashed into a release's ID. */
const manifestEntry = z.object({
  /** Of the content, in hex */
  sha256: z.string(),
  bytes: z.int().nonnegative(),
  cacheControl: z.string(),
  contentType: z.string(),
})

/** What a file of a release is served as. */
type ManifestEntry = z.infer<typeof manifestEntry>

export const manifestSchema = z.record(z.string(), manifestEntry)

/** A release of the site: its files by path, in the order of their paths. */
export type Manifest = z.infer<typeof manifestSchema>

/** A release to be served, with its mutable files at hand; its assets are in the bucket. */
export interface Release {
  release: string
  manifest: Manifest
  files: Map<string, Buffer>
}

/** A site to deploy. */
export interface Site {
  manifest: Manifest
  /** A file's content. Throws where it is not what the manifest says */
  read(path: string): Promise<Buffer>
}

export const indexPage = "index.html"

/** A release's ID: the hash of all that is served, and of how. The same content is the same release. */
export const releaseOf = (manifest: Manifest): string =>
  createHash("sha256").update(JSON.stringify(manifest)).digest("hex")

/** The files that are named after their content. */
const assetsOf = (manifest: Manifest): string[] =>
  Object.keys(manifest).filter((path) => manifest[path]!.cacheControl === immutable)

/** The files whose names say nothing about their content: pages, and the runtime configuration. */
export const mutableOf = (manifest: Manifest): string[] =>
  Object.keys(manifest).filter((path) => manifest[path]!.cacheControl !== immutable)

/** What makes a bucket serve a release. */
export interface Switch {
  /** Files to copy, in rounds: what pages load, then pages, the index the very last */
  copy: string[][]
  /** Files to remove afterwards */
  remove: string[]
  /** Files that were served otherwise before, and may be in caches */
  stale: string[]
}

/**
 * What is to be done in a bucket that holds the mutable files of one of several releases, or a mixture where an activation
 * was killed. A file is left as it is only where all of them have the same; where they are not known for sure, none is.
 */
export function planSwitch(to: Manifest, former: Manifest[], known: boolean): Switch {
  const differs = (path: string) => former.some((manifest) => !sameEntry(manifest[path], to[path]))
  const copied = mutableOf(to).filter((path) => !known || differs(path))
  const remove = [...new Set(former.flatMap(mutableOf))].filter((path) => !(path in to)).sort()
  const served = (path: string) => former.some((manifest) => path in manifest)
  return { copy: rounds(copied), remove, stale: [...copied.filter(served), ...remove] }
}

function rounds(paths: string[]): string[][] {
  const isPage = (path: string) => path.endsWith(".html") && path !== indexPage
  return [
    paths.filter((path) => !isPage(path) && path !== indexPage),
    paths.filter(isPage),
    paths.filter((path) => path === indexPage),
  ].filter((round) => round.length > 0)
}

/** The assets that none of the kept releases has brought to the bucket. */
export const missingAssets = (manifest: Manifest, kept: Manifest[]): string[] =>
  assetsOf(manifest).filter((path) => !kept.some((other) => sameEntry(other[path], manifest[path])))

/** Assets whose content differs from what a kept release has under the very name. */
export const conflictingAssets = (manifest: Manifest, kept: Manifest[]): string[] =>
  assetsOf(manifest).filter((path) =>
    kept.some((other) => other[path] && other[path].sha256 !== manifest[path]!.sha256),
  )

/** The assets of releases that are given up which no kept release uses. */
export function unusedAssets(givenUp: Manifest[], kept: Manifest[]): string[] {
  const used = new Set(kept.flatMap((manifest) => Object.keys(manifest)))
  return [...new Set(givenUp.flatMap(assetsOf))].filter((path) => !used.has(path))
}

function sameEntry(one: ManifestEntry | undefined, other: ManifestEntry | undefined): boolean {
  return (
    one?.sha256 === other?.sha256 &&
    one?.cacheControl === other?.cacheControl &&
    one?.contentType === other?.contentType
  )
}
