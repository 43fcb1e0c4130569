import { createHash } from "node:crypto"
import { refused } from "../../platform/failure.ts"
import { short } from "../../platform/version.ts"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"
import { releaseOf, type Site } from "./manifest.ts"
import { readManifest, readPack, refuseUnreadable, unpack } from "./releases.ts"

/** A release that an environment keeps, to be deployed to another one. Refuses one that is not kept, or not what its id says. */
export async function openKeptSite(from: Target, release: string): Promise<Site> {
  const manifest = await readManifest(from, release).catch(refuseUnreadable)
  if (!manifest) {
    throw refused(
      `the site's release ${short(release)} is not kept any more in ${from.environment}.`,
      `It keeps the last ${from.platform.site?.keepReleases} (site.keepReleases). Deploy the commit there again, and promote that.`,
    )
  }
  if (releaseOf(manifest) !== release) throw refused(`the manifest of the site's release ${short(release)} is damaged.`)
  const pack = unpack(manifest, await readPack(from, release).catch(refuseUnreadable))
  const s3 = await from.aws.s3()
  return {
    manifest,
    async read(path) {
      const content = pack.get(path) ?? (await download(path))
      const sha256 = createHash("sha256").update(content).digest("hex")
      if (sha256 === manifest[path]!.sha256) return content
      throw new Error(`${path} of ${from.environment}'s site is not what its release says`)
    },
  }

  async function download(Key: string): Promise<Buffer> {
    const { Body } = await s3.getObject({ Bucket: requireSite(from).bucket, Key })
    return Buffer.from(await Body!.transformToByteArray())
  }
}
