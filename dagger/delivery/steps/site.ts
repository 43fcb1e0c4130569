import type { Progress } from "../../platform/progress.ts"
import { deploySite, type DeployedSite } from "../site/deploy-site.ts"
import type { Site } from "../site/manifest.ts"
import { putSiteBack } from "../site/put-site-back.ts"
import { currentRelease } from "../site/releases.ts"
import { restoreSite } from "../site/restore-site.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"
import { leftAs } from "./roll-out.ts"

/** Makes the site serve what was published. Undone by serving the release before; a switch that fails has done that by itself. */
export const serveSite = async (target: Target, release: Site | undefined, undo: Undo, progress: Progress) =>
  release && switchSite(target, () => deploySite(target, release, progress), undo, progress)

/** Makes the site serve a release that it has served before. */
export const serveFormerSite = async (target: Target, release: string | undefined, undo: Undo, progress: Progress) =>
  release && target.infrastructure.site
    ? switchSite(target, () => restoreSite(target, release, progress), undo, progress)
    : undefined

async function switchSite(
  target: Target,
  change: () => Promise<DeployedSite>,
  undo: Undo,
  progress: Progress,
): Promise<DeployedSite> {
  const former = await currentRelease(target)
  const site = await change()
  if (site.changed) {
    const left = [leftAs("site", site.release)]
    undo.restore({ left, putBack: () => putSiteBack(target, former, progress) })
  }
  return site
}
