import type { Deployment, UpdateServiceCommandInput } from "#aws/ecs"
import type { Service } from "../platform/manifest.ts"
import type { Started } from "./judgement.ts"
import { messageOf } from "./outcome.ts"
import { primaryOf, type Revision, type Running } from "./services.ts"
import type { Target } from "./target.ts"

/** A rollout under way: the deployment that our UpdateService created, and what ran before it. */
export interface Rollout extends Started {
  service: Service
  from: Revision
  to: Revision
  /** Undefined where the role may not list service deployments, or the list stays empty */
  serviceDeploymentArn?: string
  /** Milliseconds since 1970 */
  startedAt: number
}

/** How long the list of service deployments may take to show ours. */
const listedWithinSeconds = 30

/**
 * Starts to replace what a service runs by another revision. Throws where ECS created no deployment, which an unchanged
 * deployment id shows: what happens next would not be the effect of this call.
 */
export async function startRollout(target: Target, running: Running, to: Revision): Promise<Rollout> {
  const { service, revision: from } = running
  const startedAt = target.clock.now()
  const { taskDefinition, desiredCount } = to
  // The same task definition again makes no deployment by itself, for instance of a service that was scaled to zero.
  const forceNewDeployment = taskDefinition === from.taskDefinition
  const primary = await update(target, service, { taskDefinition, desiredCount, forceNewDeployment })
  if (!primary?.id || primary.id === running.deploymentId) {
    throw new Error(`ECS created no deployment for ${service.name}; ${running.deploymentId} is still the primary one`)
  }
  return {
    service,
    from,
    to,
    startedAt,
    deploymentId: primary.id,
    taskDefinition,
    previousTaskDefinition: from.taskDefinition,
    serviceDeploymentArn: await findServiceDeployment(target, service.name, primary, taskDefinition),
  }
}

/** UpdateService; returns the deployment that is PRIMARY after it. */
export async function update(
  target: Target,
  service: Service,
  change: Pick<UpdateServiceCommandInput, "taskDefinition" | "desiredCount" | "forceNewDeployment">,
): Promise<Deployment | undefined> {
  const ecs = await target.aws.ecs()
  const answer = await ecs.updateService({
    cluster: target.infrastructure.cluster,
    service: service.name,
    ...change,
  })
  return primaryOf(answer.service)
}

/** Our service deployment: created since our call, and with our task definition, so not that of a deploy beside ours. */
async function findServiceDeployment(
  target: Target,
  service: string,
  primary: Deployment,
  taskDefinition: string,
): Promise<string | undefined> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const deadline = target.clock.now() + listedWithinSeconds * 1000
  // ECS counts in whole seconds here, and its two records of one deployment need not agree to the second.
  const after = new Date((primary.createdAt?.getTime() ?? target.clock.now()) - 2000)
  do {
    const listed = await ecs
      .listServiceDeployments({ cluster, service, createdAt: { after } })
      .catch((error: Error) => {
        if (error.name === "AccessDeniedException") return undefined
        throw new Error(`ECS does not list the service deployments of ${service}: ${messageOf(error)}`)
      })
    if (!listed) return undefined
    for (const { serviceDeploymentArn, targetServiceRevisionArn } of listed.serviceDeployments ?? []) {
      if (!targetServiceRevisionArn) continue
      const answer = await ecs.describeServiceRevisions({ serviceRevisionArns: [targetServiceRevisionArn] })
      if (answer.serviceRevisions?.[0]?.taskDefinition === taskDefinition) return serviceDeploymentArn
    }
    await target.clock.sleep(target.pollSeconds * 1000)
  } while (target.clock.now() < deadline)
  return undefined
}
