import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "#aws/ecs"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { DeploymentRecord } from "../records/record.ts"
import { withdrawRevisions, type PlannedRevision } from "./revisions.ts"
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

/** Makes of each service what it was. A task definition that has been deregistered since is registered again. */
export async function planFormerRevisions(
  target: Target,
  former: FormerRevision[],
  progress: Progress,
): Promise<PlannedRevision[]> {
  const planned: PlannedRevision[] = []
  try {
    for (const one of former) planned.push(await planFormerRevision(target, one))
    return planned
  } catch (error) {
    await withdrawRevisions(target, planned, progress)
    throw refused(`a task definition could not be registered again: ${messageOf(error)}`)
  }
}

async function planFormerRevision(
  target: Target,
  { running, recorded, definition }: FormerRevision,
): Promise<PlannedRevision> {
  const { service, revision } = running
  // A running environment is scaled by whoever scales it.
  const desiredCount = revision.desiredCount || recorded.desiredCount
  const to = { taskDefinition: recorded.taskDefinition, version: recorded.version, desiredCount }
  const same = revision.taskDefinition === recorded.taskDefinition
  if (same) return { service, running, to, changed: revision.desiredCount === 0, registered: false }
  if (definition.status !== "INACTIVE") return { service, running, to, changed: true, registered: false }
  const ecs = await target.aws.ecs()
  const { taskDefinition } = await ecs.registerTaskDefinition(asRegistered(definition))
  to.taskDefinition = taskDefinition!.taskDefinitionArn!
  return { service, running, to, changed: true, registered: true }
}

/** What ECS was given, without what it has added. */
function asRegistered(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const { family, containerDefinitions, networkMode, requiresCompatibilities, cpu, memory } = definition
  const { executionRoleArn, taskRoleArn } = definition
  return {
    family,
    containerDefinitions,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    taskRoleArn,
  }
}

/** The images of former revisions, in their order. */
export const imagesOf = (former: FormerRevision[]): BuiltImage[] =>
  former.map(({ recorded: { name, version, image } }) => ({ service: name, version, image }))
