import { counted } from "../../platform/counted.ts"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import { short } from "../../platform/version.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import { activate, confirmServed, type Activation } from "./activation.ts"
import { invalidate } from "./invalidation.ts"
import { requireSite } from "./location.ts"
import { conflictingAssets, type Manifest, missingAssets, type Release, releaseOf, type Site } from "./manifest.ts"
import { putSiteBack } from "./put-site-back.ts"
import { Overtaken, readManifests, readPointer, refuseUnreadable, type Pointer } from "./releases.ts"
import { giveUpOldReleases } from "./retention.ts"
import { uploadRelease } from "./upload.ts"
import { verifyManifest } from "./verify-site.ts"

export { putSiteBack }

/** What a deploy did to the site. */
export interface DeployedSite {
  /** Hash of all that is served, and of how */
  release: string
  changed: boolean
  uploaded: number
  unchanged: number
  /** Paths taken out of CloudFront's caches */
  invalidated: string[]
  seconds: number
  url: string
}

/**
 * Deploys a site: assets first, which nobody asks for yet; then pages and the runtime configuration, the index the
 * very last; then CloudFront's caches, and a check over HTTP. Nothing is sent that is there already. Where anything fails, the
 * former release is served, again if need be; the Failure tells which it was.
 */
export async function deploySite(target: Target, site: Site, progress: Progress): Promise<DeployedSite> {
  const startedAt = target.clock.now()
  const { url } = requireSite(target)
  progress.status("site", "comparing with the release that is served")
  const { manifest } = site
  const pointer = await readPointer(target).catch(refuseUnreadable)
  const release = releaseOf(manifest)
  const files = Object.keys(manifest).length
  const { current } = pointer
  const proven = current.release === release && current.activating.length === 0
  const problem = proven ? await verifyManifest(target, manifest) : undefined
  const deployed = (changed: boolean, uploaded: number, invalidated: string[]): DeployedSite => {
    const seconds = (target.clock.now() - startedAt) / 1000
    return { release, changed, uploaded, unchanged: files - uploaded, invalidated, seconds, url }
  }
  if (proven && !problem) {
    progress.done("site", `unchanged, serves ${short(release)}`)
    return deployed(false, 0, [])
  }
  if (problem) progress.line("site", `${short(release)} was deployed, but ${problem}; all of it is copied again`)

  const kept = problem ? [] : await readManifests(target, current.history).catch(refuseUnreadable)
  refuseConflicts(manifest, kept)
  const assets = missingAssets(manifest, kept)
  progress.status("site", `uploading ${assets.length} of ${counted(files, "file")}`)
  const uploaded = await uploadRelease(target, site, { release, assets }, progress).catch((error) => {
    throw new Failure("refused", `the site could not be uploaded: ${messageOf(error)}`, [
      "The site serves what it served before. Correct the cause and deploy again.",
    ])
  })
  const { pointer: served, copied, paths } = await switchTo(target, uploaded, pointer, progress, problem !== undefined)
  await giveUpOldReleases(target, served, progress)
  progress.done("site", `serves ${short(release)}`)
  return deployed(true, assets.length + copied, paths)
}

/** A file that says to be named after its content, and is not, would stay what it was in browsers for a year. */
function refuseConflicts(manifest: Manifest, kept: Manifest[]): void {
  const conflicts = conflictingAssets(manifest, kept)
  if (conflicts.length === 0) return
  throw refused(
    "the site has different content under file names that contain a content hash.",
    ...conflicts.slice(0, 5),
    "Browsers keep such files for a year. Name them after their content again, or without a hash.",
  )
}

/** Makes a release the one that is served, and proves it; else puts the former one back and throws a Failure. */
async function switchTo(
  target: Target,
  to: Release,
  before: Pointer,
  progress: Progress,
  repair: boolean,
): Promise<Activation> {
  let activation: Activation | undefined
  try {
    activation = await activate(target, to, before, progress, { repair })
    progress.status("site", `invalidating ${counted(activation.paths.length, "path")}`)
    await invalidate(target, { ...to, activation: activation.pointer.current.activation }, activation.paths)
    progress.status("site", "being checked")
    const problem = await verifyManifest(target, to.manifest)
    if (problem !== undefined) throw new Error(problem)
    return { ...activation, pointer: await confirmServed(target, activation.pointer, to.release) }
  } catch (error) {
    if (error instanceof Overtaken) throw overtaken(error, activation === undefined)
    progress.failed("site", messageOf(error))
    const former = before.current.release
    throw failure(target, error, former, await putSiteBack(target, former, progress))
  }
}

function overtaken(error: Overtaken, untouched: boolean): Failure {
  const advice = "Deploy again when they have finished; a workflow's concurrency group keeps deploys apart."
  if (untouched) return refused(`the site: ${error.message}.`, advice)
  return new Failure("rollback-failed", `the site: ${error.message}; it was left to them.`, [advice])
}

function failure(target: Target, cause: unknown, former: string | undefined, stillWrong: string[]): Failure {
  const what = `the site failed after it was switched: ${messageOf(cause)}`
  if (stillWrong.length > 0) {
    return new Failure("rollback-failed", what, [
      ...stillWrong,
      `The site is not what it was before. Look at ${requireSite(target).url} and deploy again: all pages are copied anew.`,
    ])
  }
  const now = former === undefined ? "It serves nothing, as before" : `It serves ${short(former)} again`
  return new Failure("rolled-back", what, [`${now} (verified). Correct the cause and deploy again.`])
}
