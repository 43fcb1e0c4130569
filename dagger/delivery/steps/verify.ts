import type { Progress } from "../../platform/progress.ts"
import { short } from "../../platform/version.ts"
import { verifyService, type Verified } from "../ecs/health.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import { Problems } from "../problems.ts"
import type { Target } from "../target.ts"

/** Verifies what ECS calls successful, and the unchanged services, too. Returns what was seen, in the order of `planned`. */
export async function verifyServices(
  target: Target,
  planned: PlannedRevision[],
  progress: Progress,
): Promise<Verified[]> {
  const verified = await Promise.all(
    planned.map(async ({ service, to, changed }) => {
      progress.status(service.name, "being verified through the load balancer")
      const seen = await verifyService(target, service, to)
      if (seen.problem === undefined)
        progress.done(service.name, `${changed ? "serves" : "unchanged, serves"} ${short(to.version)}`)
      else progress.failed(service.name, seen.problem)
      return seen
    }),
  )
  const problems = verified.flatMap(({ problem }, index) =>
    problem === undefined
      ? []
      : [{ subject: planned[index]!.service.name, what: "does not serve as it should", lines: [problem] }],
  )
  if (problems.length > 0) throw new Problems(problems)
  return verified
}
