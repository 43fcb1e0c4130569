import { tasksOf } from "../../platform/environments.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Revision, Running } from "./services.ts"
import type { BuiltImage, Target } from "../target.ts"
import { runs, taskDefinition, type SecretReferences } from "./task-definition.ts"

/** What a deploy makes of a service. */
export interface PlannedRevision {
  service: Service
  running: Running
  to: Revision & { version: string }
  /** False where the service runs this already, and is left alone */
  changed: boolean
  /** Whether its task definition was registered for this, and goes when it is not rolled out */
  registered: boolean
}

/** Registers a task definition for each service that would run another one. Refuses, and takes all back, if one fails. */
export async function planRevisions(
  target: Target,
  running: Running[],
  images: BuiltImage[],
  secrets: SecretReferences,
  progress: Progress,
): Promise<PlannedRevision[]> {
  const plans = await Promise.allSettled(
    running.map((running, index) => planRevision(target, running, images[index]!, secrets)),
  )
  const planned = plans.flatMap((plan) => (plan.status === "fulfilled" ? [plan.value] : []))
  const failed = plans.find((plan) => plan.status === "rejected")
  if (!failed) return planned
  await withdrawRevisions(target, planned, progress)
  throw refused(`a task definition could not be registered: ${messageOf(failed.reason)}`)
}

async function planRevision(
  target: Target,
  running: Running,
  built: BuiltImage,
  secrets: SecretReferences,
): Promise<PlannedRevision> {
  const { service, revision } = running
  const { version } = built
  const wanted = taskDefinition(target, service, built, secrets)
  // A running environment is scaled by whoever scales it; a deploy only brings one to life.
  const desiredCount = revision.desiredCount || tasksOf(target.platform, service, target.environment)
  if (runs(running.definition, wanted)) {
    const to = { taskDefinition: revision.taskDefinition, version, desiredCount }
    return { service, running, to, changed: revision.desiredCount === 0, registered: false }
  }
  const ecs = await target.aws.ecs()
  const registered = await ecs.registerTaskDefinition(wanted)
  const to = { taskDefinition: registered.taskDefinition!.taskDefinitionArn!, version, desiredCount }
  return { service, running, to, changed: true, registered: true }
}

/** Takes back the task definitions that were registered and not rolled out. */
export async function withdrawRevisions(target: Target, planned: PlannedRevision[], progress: Progress): Promise<void> {
  for (const { service, to, registered } of planned) {
    if (registered) await deregister(target, service, to.taskDefinition, progress)
  }
}

/** Deregisters a task definition. One that stays behind does no harm, and is told. */
export async function deregister(
  target: Target,
  service: Service,
  taskDefinition: string,
  progress: Progress,
): Promise<void> {
  const ecs = await target.aws.ecs()
  await ecs.deregisterTaskDefinition({ taskDefinition }).catch((error) => {
    progress.line(service.name, `${taskDefinition} stays registered: ${messageOf(error)}`)
  })
}
