import type { Progress } from "../../platform/progress.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import type { Running } from "../ecs/services.ts"
import { Problems } from "../problems.ts"
import { failedBefore, smokeProblems, type Smoke } from "../smoke.ts"
import type { Target } from "../target.ts"

/**
 * Proves that people are served: each service's smoke tests, through the load balancer. Where they fail, they are run again
 * once what was there before is back, to tell a fault of this deploy from one that was there already.
 */
export async function smokeTest(
  target: Target,
  smoke: Smoke | undefined,
  before: Running[],
  planned: PlannedRevision[],
  progress: Progress,
): Promise<void> {
  if (!smoke) return
  const problems = await smokeProblems(target, smoke, versionsOf(planned), progress)
  if (problems.length === 0) return
  const former = new Map(
    before.flatMap(({ service, revision: { version, desiredCount } }) =>
      version && desiredCount > 0 && problems.some(({ subject }) => subject === service.name)
        ? [[service.name, version] as const]
        : [],
    ),
  )
  const onceBack = async () =>
    (await smokeProblems(target, smoke, former, progress)).map(({ subject }) =>
      failedBefore(subject, target.environment),
    )
  throw new Problems(problems, onceBack)
}

const versionsOf = (planned: PlannedRevision[]): Map<string, string> =>
  new Map(planned.map(({ service, to }) => [service.name, to.version]))
