import type { Deployment, Service as EcsService, TaskDefinition } from "#aws/ecs"
import type { Service } from "../platform/manifest.ts"
import { messageOf, refused } from "./outcome.ts"
import type { Target } from "./target.ts"
import { versionIn } from "./task-definition.ts"

/** What a service is to run: how many tasks of which task definition. */
export interface Revision {
  /** ARN of the task definition */
  taskDefinition: string
  /** Undefined for the placeholder that a new environment starts with */
  version: string | undefined
  desiredCount: number
}

/** A service as it runs: what a failed deploy puts back, and how to prove that it is back. */
export interface Running {
  service: Service
  revision: Revision
  definition: TaskDefinition
  /** Id of the PRIMARY deployment */
  deploymentId: string
  /** Whether that deployment has completed, so that there is nothing to roll out when nothing changes */
  settled: boolean
  runningCount: number
}

/** ECS describes at most ten services at once. */
const describedAtOnce = 10

/** Describes services by name, in as few calls as ECS allows. Missing ones are absent from the answer. */
export async function describeServices(target: Target, names: string[]): Promise<Map<string, EcsService>> {
  const ecs = await target.aws.ecs()
  const found = new Map<string, EcsService>()
  for (let start = 0; start < names.length; start += describedAtOnce) {
    const answer = await ecs.describeServices({
      cluster: target.infrastructure.cluster,
      services: names.slice(start, start + describedAtOnce),
    })
    for (const service of answer.services ?? []) found.set(service.serviceName!, service)
  }
  return found
}

export function primaryOf(service: EcsService | undefined): Deployment | undefined {
  return service?.deployments?.find(({ status }) => status === "PRIMARY")
}

/** What runs now, service by service. Refuses a cluster or service that is not fit to be deployed to. */
export async function readRunning(target: Target, services: Service[]): Promise<Running[]> {
  const found = await describeServices(
    target,
    services.map(({ name }) => name),
  ).catch((error) => {
    throw refused(
      `ECS does not answer for cluster ${target.infrastructure.cluster}: ${messageOf(error)}`,
      "Check the network, the credentials and that the environment's infrastructure has been applied.",
    )
  })
  const problems = services.flatMap(({ name }) => problemWith(name, found.get(name)))
  if (problems.length > 0) {
    throw refused(`${target.environment} is not fit to be deployed to.`, ...problems)
  }
  const ecs = await target.aws.ecs()
  return Promise.all(
    services.map(async (service) => {
      const described = found.get(service.name)!
      const primary = primaryOf(described)
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: described.taskDefinition })
      return {
        service,
        revision: {
          taskDefinition: described.taskDefinition!,
          version: versionIn(taskDefinition),
          desiredCount: described.desiredCount ?? 0,
        },
        definition: taskDefinition!,
        deploymentId: primary?.id ?? "",
        settled: described.deployments?.length === 1 && primary?.rolloutState === "COMPLETED",
        runningCount: described.runningCount ?? 0,
      }
    }),
  )
}

function problemWith(name: string, service: EcsService | undefined): string[] {
  if (!service) return [`${name}: no such ECS service. Apply the environment's infrastructure.`]
  if (service.status !== "ACTIVE") return [`${name}: the ECS service is ${service.status}, expected ACTIVE.`]
  const controller = service.deploymentController?.type ?? "ECS"
  if (controller !== "ECS") return [`${name}: deployed by ${controller}, expected ECS's own rolling deployments.`]
  return []
}
