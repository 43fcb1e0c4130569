import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { short } from "../../platform/version.ts"
import { restoreServices } from "../ecs/restore.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import { startRollout, type Rollout } from "../ecs/rollout.ts"
import { readRunning, type Running } from "../ecs/services.ts"
import { watch, type Ending } from "../ecs/watch.ts"
import { Problems, type Problem } from "../problems.ts"
import type { Target } from "../target.ts"
import { isWorse } from "../bake/watch-users.ts"
import type { Undo } from "../undo.ts"

/** Rolls all services out side by side, by the environment's strategy or at once, and waits for ECS. Undone by rolling out what ran before. */
export async function rollOut(
  target: Target,
  { before, planned, atOnce = false }: { before: Running[]; planned: PlannedRevision[]; atOnce?: boolean },
  undo: Undo,
  progress: Progress,
): Promise<Ending[]> {
  const changed = planned.filter((plan) => plan.changed)
  const { started, problems } = await startRollouts(target, changed, atOnce)
  const ours = planned.map(({ to }) => to.taskDefinition)
  undo.restore({
    left: changed.map(({ service, to }) => leftAs(service.name, to.version)),
    putBack: () => restoreServices(target, before, ours, progress),
    proof: proofOf(before),
  })
  const endings = await watch(target, started, progress)
  problems.push(...endings.flatMap(problemOf))
  if (problems.length > 0) throw new Problems(problems)
  return endings
}

/** How something is left that serves already, and may not be put back. */
export const leftAs = (subject: string, version: string): string =>
  `${subject}: the roll-out of ${short(version)} was started, and is not recorded`

function proofOf(before: Running[]): string {
  const served = before.filter(({ revision }) => revision.desiredCount > 0).length
  return served === 0
    ? "nothing was deployed before, and all services are back at 0 tasks"
    : `every service serves what it served before (verified, ${served} of ${served} healthy)`
}

/** Starts all roll-outs. Refuses when ECS has none of them; otherwise a problem is one service's. */
async function startRollouts(
  target: Target,
  changed: PlannedRevision[],
  atOnce: boolean,
): Promise<{ started: Rollout[]; problems: Problem[] }> {
  const starts = await Promise.allSettled(
    changed.map(({ running, to }) => startRollout(target, running, to, { atOnce })),
  )
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []))
  const problems = starts.flatMap((start, index): Problem[] => {
    if (start.status === "fulfilled") return []
    const lines = [messageOf(start.reason)]
    return [{ subject: changed[index]!.service.name, what: "could not be rolled out", lines }]
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

/** What went wrong with a roll-out; nothing where it succeeded. */
function problemOf({ rollout, verdict, causes, worse }: Ending): Problem[] {
  if (verdict.kind === "succeeded") return []
  const rolledBack = worse ? isWorse : "did not start"
  const what = verdict.kind === "rolled-back" ? rolledBack : "could not be rolled out"
  return [{ subject: rollout.service.name, what, lines: causes }]
}
