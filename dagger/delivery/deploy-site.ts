import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { nameOf } from "./deploy.ts"
import { withLock } from "./lock/lock.ts"
import { deploySite, type DeployedSite } from "./site/deploy-site.ts"
import { refuseUnreachable } from "./site/function.ts"
import { checkSite } from "./site/check-site.ts"
import { refusePart } from "./records/promotion.ts"
import { requireSite } from "./site/location.ts"
import type { Artifacts } from "./artifacts.ts"
import type { Target } from "./target.ts"

/** Deploys the site without the services. Refuses an environment that is changed as a whole only, that has no site, or whose site is not fit for one. */
export async function deploySiteAlone(
  target: Target,
  { site, commit }: Artifacts,
  progress: Progress,
): Promise<DeployedSite> {
  const { environment } = target
  refusePart(target)
  requireSite(target) // refuses an environment without one
  const problems = await checkSite(target)
  if (problems.length > 0) throw refused(`the site of ${environment} cannot be deployed.`, ...problems)
  return withLock(target, `deploy of the site of ${nameOf(commit)}`, progress, async (lock) => {
    await lock.step("publish")
    const release = await site(progress)
    await refuseUnreachable(target, release.manifest)
    await lock.step("site")
    return deploySite(target, release, progress)
  })
}
