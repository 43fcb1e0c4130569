import type { Target } from "../target.ts"
import { planActivation } from "./activation.ts"
import { missingAssets, releaseOf, type Site } from "./manifest.ts"
import { readManifests, readPointer, refuseUnreadable } from "./releases.ts"

/** What would become of the site. */
export interface PlannedSite {
  /** The release that is served; absent before the first */
  from?: string | undefined
  to: string
  upload: string[]
  remove: string[]
  /** Paths to take out of CloudFront's caches */
  invalidate: string[]
}

/** Compares a site with what is served. */
export async function planSite(target: Target, { manifest }: Site): Promise<PlannedSite> {
  const { current } = await readPointer(target).catch(refuseUnreadable)
  const [from, to] = [current.release, releaseOf(manifest)]
  if (from === to && current.activating.length === 0) return { from, to, upload: [], remove: [], invalidate: [] }
  const kept = await readManifests(target, current.history).catch(refuseUnreadable)
  const { copy, remove, paths } = await planActivation(target, manifest, current)
  return { from, to, upload: [...missingAssets(manifest, kept), ...copy.flat()], remove, invalidate: paths }
}
