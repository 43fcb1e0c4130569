import pMap from "p-map"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"
import { type Manifest, mutableOf, type Release, type Site } from "./manifest.ts"
import { atATime, each } from "./objects.ts"
import { openBucket } from "./put-objects.ts"
import { unpack, writeManifest, writePack } from "./releases.ts"

/**
 * Uploads what a release needs before it can be activated: the assets that are not in the bucket, which nobody asks for yet,
 * and, where nobody reads them, its manifest and mutable files. The site serves what it served before.
 */
export async function uploadRelease(
  target: Target,
  { manifest, read }: Site,
  { release, assets }: { release: string; assets: string[] },
  progress: Progress,
): Promise<Release> {
  let sent = 0
  const put = await openSiteBucket(target, manifest)
  await writeManifest(target, release, manifest)
  await each(assets, async (path) => {
    await put(path, await read(path))
    if (++sent % 100 === 0) progress.status("site", `${sent} of ${assets.length} assets uploaded`)
  })
  const pack = Buffer.concat(await pMap(mutableOf(manifest), read, { concurrency: atATime }))
  await writePack(target, release, pack)
  return { release, manifest, files: unpack(manifest, pack) }
}

/** Opens the site's bucket for files of a release. */
export async function openSiteBucket(
  target: Target,
  manifest: Manifest,
): Promise<(path: string, content: Buffer) => Promise<void>> {
  const put = await openBucket(await target.aws.s3(), requireSite(target).bucket)
  return (path, content) =>
    put({ key: path, content, ...manifest[path]! }).catch((error) => {
      throw new Error(`${path}: ${messageOf(error)}`)
    })
}
