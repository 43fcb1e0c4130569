import { tasksOf } from "../../platform/environments.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { FormerRevision } from "../ecs/former-revisions.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import type { Running } from "../ecs/services.ts"
import { asRegistered, registerTaskDefinition, runs, taskDefinition } from "../ecs/task-definition.ts"
import type { PlannedSecret } from "../secrets/plan.ts"
import { referencesTo, type SecretVersions } from "../secrets/versions.ts"
import type { BuiltImage, Target } from "../target.ts"

/** What task definitions are made of: images in the order of the services that run. */
interface Parts {
  before: Running[]
  images: BuiltImage[]
  secrets: PlannedSecret[]
  versions: SecretVersions
}

/**
 * Registers a task definition for each service that would run another one. One that nothing runs stays registered: it does no
 * harm and costs nothing, and who may deregister one in AWS may deregister each of the account.
 */
export async function registerTaskDefinitions(
  target: Target,
  { before, images, secrets, versions }: Parts,
  progress: Progress,
): Promise<PlannedRevision[]> {
  const references = referencesTo(secrets, versions)
  const planning = before.map(async (running, index): Promise<PlannedRevision> => {
    const { service, revision, definition } = running
    const built = images[index]!
    const { version } = built
    // A running environment is scaled by whoever scales it; a deploy only brings one to life.
    const desiredCount = revision.desiredCount || tasksOf(target.platform, service, target.environment)
    const wanted = taskDefinition(target, service, built, references)
    if (runs(definition, wanted)) {
      const to = { taskDefinition: revision.taskDefinition, version, desiredCount }
      return { service, running, to, changed: revision.desiredCount === 0 }
    }
    const to = { taskDefinition: await registerTaskDefinition(target, wanted), version, desiredCount }
    return { service, running, to, changed: true }
  })
  const planned = await Promise.all(planning).catch((error) => {
    throw refused(`a task definition could not be registered: ${messageOf(error)}`)
  })
  for (const { service, changed } of planned) if (!changed) progress.done(service.name, "unchanged")
  return planned
}

/** Makes of each service what it was. A task definition that has been deregistered since is registered again. */
export async function registerAgain(target: Target, former: FormerRevision[]): Promise<PlannedRevision[]> {
  const planned: PlannedRevision[] = []
  for (const { running, recorded, definition } of former) {
    const { service, revision } = running
    const { version } = recorded
    // A running environment is scaled by whoever scales it.
    const desiredCount = revision.desiredCount || recorded.desiredCount
    const same = revision.taskDefinition === recorded.taskDefinition
    const gone = !same && definition.status === "INACTIVE"
    const taskDefinition = gone
      ? await registerTaskDefinition(target, asRegistered(definition)).catch((error) => {
          throw refused(`a task definition could not be registered again: ${messageOf(error)}`)
        })
      : recorded.taskDefinition
    const to = { taskDefinition, version, desiredCount }
    planned.push({ service, running, to, changed: !same || revision.desiredCount === 0 })
  }
  return planned
}
