import { overBudget } from "./connection-budget.ts"
import { refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { brokenOnPurpose } from "../rollback-verify/breakage.ts"
import { missingPermissions } from "./permissions.ts"
import { planSecrets, type PlannedSecret } from "../secrets/plan.ts"
import { problemsOfValues } from "../secrets/values.ts"
import { problemsOfStrategy } from "../ecs/strategy.ts"
import type { Running } from "../ecs/services.ts"
import { checkSite } from "../site/check-site.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"

/**
 * Looks at all that a deploy depends on, before it changes anything: secrets' values and formats, the site's bucket and
 * distribution, connections, and the caller's permissions. Refuses with every problem found.
 */
export async function checkEnvironment(
  target: Target,
  before: Running[],
  given: Pick<Artifacts, "secrets" | "rotate">,
  progress: Progress,
): Promise<PlannedSecret[]> {
  const { environment, platform } = target
  progress.status("preflight", "looking at secrets, site, connections and permissions")
  for (const { service, revision } of before) {
    if (!revision.version?.startsWith(brokenOnPurpose)) continue
    progress.line(service.name, `runs what a rollback-verify that was cut off left behind (${revision.version})`)
  }
  const running = new Map(before.map(({ service, revision }) => [service.name, revision.desiredCount]))
  const malformed = problemsOfValues(platform, environment, given.secrets)
  const secrets = await planSecrets(target, given)
  const problems = [
    ...malformed,
    ...secrets.problems,
    ...(target.infrastructure.site ? await checkSite(target) : []),
    ...problemsOfStrategy(target),
    ...overBudget(platform, environment, running),
    // The local cloud lets everybody do everything.
    ...(target.caller ? await missingPermissions(target, progress) : []),
  ]
  if (problems.length > 0) {
    progress.failed("preflight", "refused")
    throw refused(`${environment} cannot be deployed to.`, ...problems)
  }
  progress.done("preflight", "nothing is missing")
  return secrets.planned
}
