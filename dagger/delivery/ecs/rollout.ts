import type { Deployment, ServiceRevision, UpdateServiceCommandInput } from "#aws/ecs"
import { isDenied, isUnknownOperation } from "../../aws/clients.ts"
import type { Service } from "../../platform/manifest.ts"
import { batched } from "./batches.ts"
import type { Started } from "./judge.ts"
import { shiftOf } from "./strategy.ts"
import { describeServices, primaryOf, type Revision, type Running } from "./services.ts"
import type { Target } from "../target.ts"

/** A roll-out under way: the deployment that our UpdateService created, and what ran before it. */
export interface Rollout extends Started {
  service: Service
  from: Revision
  to: Revision
  /** When ECS says that it created the deployment; its clock need not be ours */
  createdAt: Date
  /** Milliseconds since 1970, by our clock */
  startedAt: number
  /** Set once ECS lists it; never where the role may not list service deployments, or ECS has none */
  serviceDeploymentArn?: string | undefined
  /** Of the new tasks, as ECS has chosen it; set with the above */
  targetGroup?: string | undefined
  /** When requests began to be shifted, in milliseconds since 1970 */
  shiftedAt?: number
}

/**
 * Starts to replace what a service runs by another revision. Throws where somebody else has deployed since `running` was
 * read, and where ECS created no deployment: what happens next would not be the effect of this call. It goes by the environment's
 * strategy, or `atOnce` where something is put back.
 */
export async function startRollout(
  target: Target,
  running: Running,
  to: Revision,
  { atOnce = false } = {},
): Promise<Rollout> {
  const { service, revision: from, deploymentId } = running
  const described = (await describeServices(target, [service.name])).get(service.name)
  const now = primaryOf(described)
  if (now?.id !== deploymentId) throw new Error(`somebody else deployed ${service.name} meanwhile, as ${now?.id}`)

  const startedAt = target.clock.now()
  const primary = await update(target, service, {
    ...shiftOf(target, service, described!, atOnce),
    taskDefinition: to.taskDefinition,
    // The same task definition again makes no deployment by itself, for instance of a service that was scaled to zero.
    forceNewDeployment: to.taskDefinition === from.taskDefinition,
    // Sent only where it has to change: in between, whoever scales the service may have scaled it.
    desiredCount: to.desiredCount === from.desiredCount ? undefined : to.desiredCount,
  })
  if (!primary?.id || primary.id === deploymentId) {
    throw new Error(`ECS created no deployment for ${service.name}; ${deploymentId} is still the primary one`)
  }
  return {
    service,
    from,
    to,
    startedAt,
    createdAt: primary.createdAt ?? new Date(startedAt),
    deploymentId: primary.id,
  }
}

/** UpdateService; returns the deployment that is PRIMARY after it. */
export async function update(
  target: Target,
  service: Service,
  change: Pick<
    UpdateServiceCommandInput,
    "taskDefinition" | "desiredCount" | "forceNewDeployment" | "deploymentConfiguration" | "loadBalancers"
  >,
): Promise<Deployment | undefined> {
  const ecs = await target.aws.ecs()
  const answer = await ecs.updateService({
    cluster: target.infrastructure.cluster,
    service: service.name,
    ...change,
  })
  return primaryOf(answer.service)
}

/** Whether ECS does not tell of service deployments: the role may not ask, or it has none. */
export const tellsLess = (error: unknown): boolean => isDenied(error) || isUnknownOperation(error)

/** ECS describes at most twenty service revisions at once. */
const describeRevision = batched<ServiceRevision>(20, async (target, serviceRevisionArns) => {
  const ecs = await target.aws.ecs()
  const { serviceRevisions } = await ecs.describeServiceRevisions({ serviceRevisionArns })
  return new Map(serviceRevisions?.map((revision) => [revision.serviceRevisionArn!, revision]))
})

/** From when on what ECS tells may be of a roll-out, in milliseconds: its records of one need not agree to the second. */
export const doneSince = ({ createdAt }: Pick<Rollout, "createdAt">): number => createdAt.getTime() - 2000

/**
 * Finds our service deployment: created since our call, and with our task definition, so not that of a deploy beside
 * ours. Notes nothing while ECS does not list it, and where the role may not ask, or ECS has none.
 */
export async function findServiceDeployment(target: Target, rollout: Rollout): Promise<void> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const after = new Date(doneSince(rollout))
  try {
    const listed = await ecs.listServiceDeployments({ cluster, service: rollout.service.name, createdAt: { after } })
    for (const { serviceDeploymentArn, targetServiceRevisionArn } of listed.serviceDeployments ?? []) {
      if (!targetServiceRevisionArn) continue
      const revision = await describeRevision(target, targetServiceRevisionArn)
      if (revision?.taskDefinition !== rollout.to.taskDefinition) continue
      rollout.serviceDeploymentArn = serviceDeploymentArn
      rollout.targetGroup = revision.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn
      return
    }
  } catch (error) {
    if (!tellsLess(error)) throw error
  }
}
