import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"
import { unusedAssets } from "./manifest.ts"
import { deleteObjects } from "./objects.ts"
import { manifestKey, packKey, readManifests, releasesPrefix, writePointer, type Pointer } from "./releases.ts"

/** Milliseconds after which a release that was uploaded and never served is nobody's any more; before, a deploy may use it. */
const abandonedAfter = 24 * 60 * 60_000

/**
 * Gives up the releases beyond those that are kept, and those that never came to be served: their assets that no kept release
 * uses, their manifests and their packs. A failure is only told: what is left over is looked for again by the next deploy.
 */
export async function giveUpOldReleases(target: Target, pointer: Pointer, progress: Progress): Promise<void> {
  const { history } = pointer.current
  const kept = history.slice(0, target.platform.site!.keepReleases)
  try {
    const outdated = history.slice(kept.length)
    const givenUp = [...outdated, ...(await abandoned(target, history))]
    if (givenUp.length === 0) return
    const keptManifests = await readManifests(target, kept)
    if (keptManifests.length < kept.length) throw new Error("the manifest of a kept release is missing")
    const assets = unusedAssets(await readManifests(target, givenUp), keptManifests)
    const s3 = await target.aws.s3()
    await deleteObjects(s3, requireSite(target).bucket, assets)
    // The manifests last: they say what else there is to delete.
    for (const keyOf of [packKey, manifestKey]) {
      await deleteObjects(s3, target.infrastructure.deploymentsBucket, givenUp.map(keyOf))
    }
    if (outdated.length > 0) await writePointer(target, pointer, { ...pointer.current, history: kept })
    progress.line("site", `${givenUp.length} old releases removed, ${assets.length} of their assets deleted`)
  } catch (error) {
    progress.line("site", `old releases are still kept: ${messageOf(error)}`)
  }
}

/** Releases that were uploaded a while ago and are in no history: their deploys failed. */
async function abandoned(target: Target, history: string[]): Promise<string[]> {
  const { paginateListObjectsV2 } = await import("#aws/s3")
  const { deploymentsBucket: Bucket } = target.infrastructure
  const found: string[] = []
  const pages = paginateListObjectsV2({ client: await target.aws.s3() }, { Bucket, Prefix: releasesPrefix })
  for await (const { Contents = [] } of pages) {
    for (const { Key, LastModified } of Contents) {
      const release = Key!.slice(releasesPrefix.length).split("/")[0]!
      if (Key !== manifestKey(release) || history.includes(release)) continue
      if (target.clock.now() - LastModified!.getTime() > abandonedAfter) found.push(release)
    }
  }
  return found
}
