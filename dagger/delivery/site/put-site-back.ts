import { causesOf, messageOf } from "../../platform/failure.ts"
import { short } from "../../platform/version.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import type { Release } from "./manifest.ts"
import { activate, confirmServed } from "./activation.ts"
import { invalidate } from "./invalidation.ts"
import { readManifest, readPack, readPointer, unpack } from "./releases.ts"
import { verifyManifest, verifyNothingServed } from "./verify-site.ts"

/**
 * Makes the site serve a former release again, or nothing where there was none, and proves that it does. Returns what is still
 * wrong, a line each; nothing when the site is what it was. Never throws.
 */
export async function putSiteBack(target: Target, former: string | undefined, progress: Progress): Promise<string[]> {
  try {
    progress.status("site", "being put back")
    const pointer = await readPointer(target)
    const to = former === undefined ? undefined : await keptRelease(target, former)
    const { pointer: begun, paths } = await activate(target, to, pointer, progress)
    const activation = { release: former ?? "none", activation: begun.current.activation }
    // What the bucket serves is asked for each time, so that an invalidation only hastens it; the proof is what counts.
    await invalidate(target, activation, paths).catch((error) =>
      progress.line("site", `its caches could not be invalidated: ${messageOf(error)}`),
    )
    const problem = await (to ? verifyManifest(target, to.manifest) : verifyNothingServed(target))
    if (problem !== undefined) throw new Error(problem)
    await confirmServed(target, begun, former)
    progress.done("site", former === undefined ? "serves nothing, as before" : `serves ${short(former)} again`)
    return []
  } catch (error) {
    progress.failed("site", `could not be restored: ${messageOf(error)}`)
    return causesOf(error).map((cause) => `site: ${cause}`)
  }
}

async function keptRelease(target: Target, release: string): Promise<Release> {
  const manifest = await readManifest(target, release)
  if (!manifest) throw new Error(`release ${short(release)} is not kept any more`)
  return { release, manifest, files: unpack(manifest, await readPack(target, release)) }
}
