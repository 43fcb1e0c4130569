import { Failure } from "../../platform/failure.ts"
import { short } from "../../platform/version.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import type { DeployedSite } from "./deploy-site.ts"
import { requireSite } from "./location.ts"
import { putSiteBack } from "./put-site-back.ts"
import { readManifest, readPointer } from "./releases.ts"
import { verifySite } from "./verify-site.ts"

/** Why the site could not serve a former release; nothing where that is still kept. Changes nothing. */
export async function problemOfRestoring(target: Target, release: string): Promise<string | undefined> {
  const { current } = await readPointer(target)
  const kept = current.history.includes(release) && (await readManifest(target, release)) !== undefined
  if (kept) return undefined
  return `the site's release ${short(release)} is not kept any more (site.keepReleases in platform.json)`
}

/** Makes the site serve a former release. Where that fails, the one before is served again; the Failure tells which it was. */
export async function restoreSite(target: Target, release: string, progress: Progress): Promise<DeployedSite> {
  const startedAt = target.clock.now()
  const { current } = await readPointer(target)
  const serves = current.release === release && current.activating.length === 0 && !(await verifySite(target, release))
  if (serves) progress.done("site", `unchanged, serves ${short(release)}`)
  else await replace(target, release, current.release, progress)
  const files = Object.keys((await readManifest(target, release)) ?? {}).length
  const seconds = (target.clock.now() - startedAt) / 1000
  return {
    release,
    changed: !serves,
    uploaded: 0,
    unchanged: files,
    invalidated: [],
    seconds,
    url: requireSite(target).url,
  }
}

async function replace(target: Target, release: string, former: string | undefined, progress: Progress): Promise<void> {
  const problems = await putSiteBack(target, release, progress)
  if (problems.length === 0) return
  const stillWrong = await putSiteBack(target, former, progress)
  throw new Failure(
    stillWrong.length > 0 ? "rollback-failed" : "rolled-back",
    `the site could not be made to serve ${short(release)}`,
    [...problems, ...stillWrong],
  )
}
