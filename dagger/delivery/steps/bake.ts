import { requireEnvironment } from "../../platform/environments.ts"
import type { Progress } from "../../platform/progress.ts"
import { watchUsers } from "../bake/watch-users.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import { Problems } from "../problems.ts"
import type { Target } from "../target.ts"

/**
 * Watches what was rolled out for as long as the environment bakes, where anything was: what is healthy and answers its smoke
 * tests may still fail its users, or end a while later.
 */
export async function bake(
  target: Target,
  { startedAt, planned }: { startedAt: Date; planned: PlannedRevision[] },
  progress: Progress,
): Promise<void> {
  const { bakeSeconds: seconds } = requireEnvironment(target.platform, target.environment)
  if (seconds === 0 || !planned.some(({ changed }) => changed)) return
  const services = planned.map(({ service }) => service)
  const problems = await watchUsers(target, { services, changedAt: startedAt.getTime(), seconds }, progress)
  if (problems.length > 0) throw new Problems(problems)
}
