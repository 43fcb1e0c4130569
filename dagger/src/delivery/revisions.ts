import type { Service } from "../platform/manifest.ts"
import type { Revision, Running } from "./services.ts"
import type { BuiltImage, Target } from "./target.ts"
import { holds, taskDefinition } from "./task-definition.ts"

/** What a deploy makes of a service. */
export interface PlannedRevision {
  service: Service
  running: Running
  to: Revision
  /** False where the service runs this already, and is left alone */
  changed: boolean
}

/** Registers a task definition for each service that would run another one, and leaves the others as they are. */
export async function planRevisions(
  target: Target,
  running: Running[],
  images: BuiltImage[],
): Promise<PlannedRevision[]> {
  return Promise.all(running.map((running, index) => planRevision(target, running, images[index]!)))
}

async function planRevision(target: Target, running: Running, built: BuiltImage): Promise<PlannedRevision> {
  const { service, revision } = running
  const wanted = taskDefinition(target, service, built)
  // A running environment is scaled by whoever scales it; a deploy only brings one to life.
  const desiredCount = revision.desiredCount || service.desiredCount[target.environment]
  const { version } = built
  if (holds(running.definition, wanted)) {
    const changed = !running.settled || revision.desiredCount === 0
    return { service, running, changed, to: { taskDefinition: revision.taskDefinition, version, desiredCount } }
  }
  const ecs = await target.aws.ecs()
  const registered = await ecs.registerTaskDefinition(wanted)
  return {
    service,
    running,
    changed: true,
    to: { taskDefinition: registered.taskDefinition!.taskDefinitionArn!, version, desiredCount },
  }
}

/** Takes back the task definitions that a deploy registered and did not get to roll out. */
export async function withdraw(target: Target, planned: PlannedRevision[]): Promise<void> {
  const ecs = await target.aws.ecs()
  for (const { running, to } of planned) {
    if (to.taskDefinition === running.revision.taskDefinition) continue
    await ecs.deregisterTaskDefinition({ taskDefinition: to.taskDefinition })
  }
}
