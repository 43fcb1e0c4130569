import type { Deployment, Service as EcsService, TaskDefinition } from "#aws/ecs"
import type { Service } from "../../platform/manifest.ts"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import { batched } from "./batches.ts"
import type { Target } from "../target.ts"
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
  runningCount: number
}

/** ECS describes at most ten services at once. */
const describedAtOnce = 10

const describeService = batched<EcsService>(describedAtOnce, async (target, services) => {
  const ecs = await target.aws.ecs()
  const answer = await ecs.describeServices({ cluster: target.infrastructure.cluster, services })
  return new Map(answer.services?.map((service) => [service.serviceName!, service]))
})

/** Describes services by name. Missing ones are absent from the answer. */
export async function describeServices(target: Target, names: string[]): Promise<Map<string, EcsService>> {
  const described = await Promise.all(names.map((name) => describeService(target, name)))
  return new Map(described.flatMap((service) => (service ? [[service.serviceName!, service] as const] : [])))
}

export function primaryOf(service: EcsService | undefined): Deployment | undefined {
  return service?.deployments?.find(({ status }) => status === "PRIMARY")
}

/** What runs now, service by service, in the order asked for. */
export async function readRunning(target: Target, services: Service[]): Promise<Running[]> {
  const found = await describeServices(
    target,
    services.map(({ name }) => name),
  )
  return Promise.all(
    services.map(async (service) => {
      const described = found.get(service.name)
      if (!described) throw new Error(`${service.name}: no such ECS service in ${target.infrastructure.cluster}`)
      return running(target, service, described)
    }),
  )
}

/**
 * What runs before a deploy changes anything. Refuses a cluster or a service that cannot be deployed to; one whose
 * deployment is under way is not, as there is nothing yet that could be put back.
 */
export async function readBefore(target: Target, services: Service[]): Promise<Running[]> {
  const { cluster } = target.infrastructure
  const names = services.map(({ name }) => name)
  try {
    const found = await describeServices(target, names)
    const problems = names.flatMap((name) => problemWith(name, found.get(name)))
    if (problems.length > 0) throw refused(`${target.environment} cannot be deployed to.`, ...problems)
    return await Promise.all(services.map((service) => running(target, service, found.get(service.name)!)))
  } catch (error) {
    if (error instanceof Failure) throw error
    throw refused(
      `ECS could not be queried about cluster ${cluster}: ${messageOf(error)}`,
      "Check the network, the credentials and that the environment's infrastructure has been applied.",
    )
  }
}

async function running(target: Target, service: Service, described: EcsService): Promise<Running> {
  const ecs = await target.aws.ecs()
  const primary = primaryOf(described)
  const taskDefinition = primary?.taskDefinition ?? described.taskDefinition!
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition })
  return {
    service,
    revision: { taskDefinition, version: versionIn(definition), desiredCount: described.desiredCount ?? 0 },
    definition: definition!,
    deploymentId: primary?.id ?? "",
    runningCount: described.runningCount ?? 0,
  }
}

function problemWith(name: string, service: EcsService | undefined): string[] {
  if (!service) return [`${name}: no such ECS service. Apply the environment's infrastructure.`]
  if (service.status !== "ACTIVE") return [`${name}: the ECS service is ${service.status}, expected ACTIVE.`]
  const controller = service.deploymentController?.type ?? "ECS"
  if (controller !== "ECS") return [`${name}: deployed by ${controller}, expected ECS's own rolling deployments.`]
  const underWay = service.deployments?.find(({ rolloutState }) => rolloutState === "IN_PROGRESS")
  if (!underWay) return []
  const since = underWay.createdAt?.toISOString() ?? "an unknown time"
  return [`${name}: deployment ${underWay.id} has been in progress since ${since}. Wait for its end, or stop it.`]
}
