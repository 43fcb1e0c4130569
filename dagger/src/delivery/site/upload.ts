import { messageOf } from "../../outcome.ts"
import type { Report } from "../../report/report.ts"
import type { Target } from "../target.ts"
import type { Release } from "./activation.ts"
import { readAgain } from "./folder.ts"
import { siteOf } from "./location.ts"
import { mutableOf, type Manifest } from "./manifest.ts"
import { each } from "./objects.ts"
import { openBucket } from "./put-objects.ts"
import { unpack, writeManifest, writePack } from "./releases.ts"

/**
 * Uploads what a release needs before it can be activated: the assets that are not in the bucket, which nobody asks for yet,
 * and, where nobody reads them, its manifest and mutable files. The site serves what it served before.
 */
export async function uploadRelease(
  target: Target,
  { folder, manifest, release, assets }: { folder: string; manifest: Manifest; release: string; assets: string[] },
  report: Report,
): Promise<Release> {
  let sent = 0
  const put = await openSite(target, manifest)
  await writeManifest(target, release, manifest)
  await each(assets, async (path) => {
    await put(path, readAgain(folder, manifest, path))
    if (++sent % 100 === 0) report.status("site", `${sent} of ${assets.length} assets uploaded`)
  })
  const pack = Buffer.concat(mutableOf(manifest).map((path) => readAgain(folder, manifest, path)))
  await writePack(target, release, pack)
  return { release, manifest, files: unpack(manifest, pack) }
}

/** Opens the site's bucket for files of a release. */
export async function openSite(
  target: Target,
  manifest: Manifest,
): Promise<(path: string, content: Buffer) => Promise<void>> {
  const put = await openBucket(await target.aws.s3(), siteOf(target).bucket)
  return (path, content) =>
    put({ key: path, content, ...manifest[path]! }).catch((error) => {
      throw new Error(`${path}: ${messageOf(error)}`)
    })
}
