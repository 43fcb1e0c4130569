import { messageOf, refused } from "../../platform/failure.ts"
import type { Problem } from "../problems.ts"
import type { PlannedRevision } from "./revisions.ts"
import { startRollout, type Rollout } from "./rollout.ts"
import { readRunning } from "./services.ts"
import type { Target } from "../target.ts"

/** Starts all rollouts side by side. Refuses when ECS has none of them; otherwise a problem is one service's. */
export async function startRollouts(
  target: Target,
  planned: PlannedRevision[],
): Promise<{ started: Rollout[]; problems: Problem[] }> {
  const changed = planned.filter((plan) => plan.changed)
  const starts = await Promise.allSettled(changed.map(({ running, to }) => startRollout(target, running, to)))
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []))
  const problems = starts.flatMap((start, index): Problem[] => {
    if (start.status === "fulfilled") return []
    return [
      { subject: changed[index]!.service.name, what: "could not be rolled out", lines: [messageOf(start.reason)] },
    ]
  })
  if (problems.length > 0 && started.length === 0 && (await noneTookEffect(target, changed))) {
    throw refused(
      "no service could be rolled out.",
      ...problems.map(({ subject, lines }) => `${subject}: ${lines.join(" ")}`),
    )
  }
  return { started, problems }
}

/** Whether ECS runs none of what was planned: an answer that was lost does not tell that its call was. */
async function noneTookEffect(target: Target, planned: PlannedRevision[]): Promise<boolean> {
  const services = planned.map(({ service }) => service)
  const now = await readRunning(target, services).catch(() => undefined)
  return now?.every(({ revision }, index) => revision.taskDefinition !== planned[index]!.to.taskDefinition) ?? false
}
