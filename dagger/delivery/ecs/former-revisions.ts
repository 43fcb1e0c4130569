import type { TaskDefinition } from "#aws/ecs"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { DeploymentRecord } from "../records/record.ts"
import type { Running } from "./services.ts"
import type { BuiltImage, Target } from "../target.ts"
import { container } from "./task-definition.ts"

/** A service with the revision that a record has of it, or with the one that it runs where the record knows nothing of it. */
export interface FormerRevision {
  running: Running
  recorded: DeploymentRecord["services"][number]
  definition: TaskDefinition
}

/** Finds the task definitions that a deployment ran with. What ECS does not know any more is a problem, a line each. */
export async function findFormerRevisions(
  target: Target,
  before: Running[],
  record: DeploymentRecord,
  progress: Progress,
): Promise<{ former: FormerRevision[]; problems: string[] }> {
  const ecs = await target.aws.ecs()
  const former: FormerRevision[] = []
  const problems: string[] = []
  for (const running of before) {
    const { service, revision, definition } = running
    const recorded = record.services.find(({ name }) => name === service.name)
    if (!recorded) {
      progress.line(service.name, `is no part of deployment ${record.deployment}, and is left as it is`)
      if (revision.version === undefined || revision.desiredCount === 0) continue
      const image = container(definition)!.image!
      former.push({
        running,
        recorded: { name: service.name, ...revision, version: revision.version, image },
        definition,
      })
      continue
    }
    const { taskDefinition } = recorded
    await ecs.describeTaskDefinition({ taskDefinition }).then(
      ({ taskDefinition: definition }) => former.push({ running, recorded, definition: definition! }),
      (error) => problems.push(`${service.name}: ${taskDefinition}: ${messageOf(error)}`),
    )
  }
  return { former, problems }
}

/** The images of former revisions, in their order. */
export const imagesOf = (former: FormerRevision[]): BuiltImage[] =>
  former.map(({ recorded: { name, version, image } }) => ({ service: name, version, image }))
