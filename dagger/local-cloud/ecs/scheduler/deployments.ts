import type { ServiceDeploymentStatus } from "#aws/ecs"
import { serviceDeploymentArn, serviceRevisionArn } from "../arns.ts"
import { nineteenDigits, twentyOneCharacters } from "../ids.ts"
import type { Deployment, Revision, Service, ServiceDeployment, TrafficShift } from "../state.ts"
import type { Step } from "../step.ts"
import { shiftOf } from "./shifts.ts"
import { tasksByHealth, tasksOf } from "./health.ts"

/** AWS's own words for this are not documented. */
const superseded = "Service deployment stopped because a newer service deployment replaced it."

export function primaryOf(service: Service): Deployment {
  const primary = service.deployments.find(({ id }) => id === service.primary)
  if (!primary) throw new Error(`service ${service.name} has no PRIMARY deployment`)
  return primary
}

export function otherDeployments(service: Service): Deployment[] {
  return service.deployments.filter(({ id }) => id !== service.primary)
}

/** The one that is under way, or the last one that was. */
export function currentServiceDeployment(service: Service): ServiceDeployment {
  const current = service.serviceDeployments.at(-1)
  if (!current) throw new Error(`service ${service.name} was never deployed`)
  return current
}

/** Makes a revision PRIMARY, with a deployment and a service deployment of its own. */
export function beginDeployment(step: Step, service: Service, revision: Revision): void {
  const serving = shiftOf(service)?.from ?? service.primary
  const unfinished = service.serviceDeployments.filter((deployment) => !isFinished(deployment))
  for (const deployment of unfinished) stopServiceDeployment(deployment, superseded, step.now)
  const sources = service.deployments.filter((deployment) => tasksOf(step, deployment).length > 0)
  for (const deployment of service.deployments) if (deployment.desiredCount > 0) supersede(step, service, deployment)
  const deployment = newDeployment(step, service, revision)
  const shift = beginShift(step, service, serving, deployment)
  service.deployments.push(deployment)
  service.primary = deployment.id
  const alarms = alarmsOf(service)
  service.serviceDeployments.push({
    ...(alarms && { alarms }),
    ...(shift && { shift }),
    arn: serviceDeploymentArn(step.state, service, twentyOneCharacters(step.state)),
    deploymentId: deployment.id,
    sourceDeploymentIds: sources.map(({ id }) => id),
    status: "IN_PROGRESS",
    createdAt: step.now,
    updatedAt: step.now,
    circuitBreaker: service.deploymentConfiguration.deploymentCircuitBreaker?.enable ? "MONITORING" : "DISABLED",
  })
}

/** The alarms that stop a new deployment of a service. */
function alarmsOf({ deploymentConfiguration: { alarms } }: Service): ServiceDeployment["alarms"] {
  if (!alarms?.enable || !alarms.alarmNames?.length) return undefined
  return { status: "MONITORING", names: alarms.alarmNames, triggered: [] }
}

/** How a new deployment shifts traffic from what serves: not at all where it is rolling, or where nothing serves yet. */
function beginShift(step: Step, service: Service, serving: string, deployment: Deployment): TrafficShift | undefined {
  const before = service.deployments.find(({ id }) => id === serving)
  deployment.side = before?.side
  const { strategy = "ROLLING" } = service.deploymentConfiguration
  if (strategy === "ROLLING" || !before || tasksByHealth(step, service, before).healthy.length === 0) return undefined
  if (!deployment.revision.loadBalancers?.length) return undefined
  deployment.side = before.side === "alternate" ? "production" : "alternate"
  return { from: before.id, stage: "SCALE_UP", percent: 0, since: step.now }
}

function newDeployment(step: Step, service: Service, revision: Revision): Deployment {
  const id = `ecs-svc/${nineteenDigits(step.state)}`
  return {
    id,
    serviceRevisionArn: serviceRevisionArn(step.state, service, nineteenDigits(step.state)),
    revision,
    createdAt: step.now,
    updatedAt: step.now,
    desiredCount: service.desiredCount,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    launchFailures: 0,
    launchAfter: 0,
    reportedStuck: false,
  }
}

/** One without tasks starts none, and one that never completed keeps no more than it has brought to health. */
function supersede(step: Step, service: Service, deployment: Deployment): void {
  if (deployment.completedAt === undefined || tasksOf(step, deployment).length === 0) {
    deployment.desiredCount = tasksByHealth(step, service, deployment).healthy.length
  }
}

/** A change of the desired count during a rollout scales every deployment that still keeps tasks. */
export function scale(service: Service, desiredCount: number): void {
  const added = Math.max(0, desiredCount - service.desiredCount)
  service.desiredCount = desiredCount
  primaryOf(service).desiredCount = desiredCount
  for (const deployment of otherDeployments(service).filter((old) => old.desiredCount > 0)) {
    deployment.desiredCount = Math.min(desiredCount, deployment.desiredCount + added)
  }
}

export function setRolloutState(
  deployment: Deployment,
  rolloutState: Deployment["rolloutState"],
  reason: string,
  now: number,
): void {
  deployment.rolloutState = rolloutState
  deployment.rolloutStateReason = reason
  deployment.updatedAt = now
}

/** `stoppedAt` does not say so: a rollback that was asked for has it from its beginning. */
export function isFinished({ finishedAt }: ServiceDeployment): boolean {
  return finishedAt !== undefined
}

export function setStatus(
  deployment: ServiceDeployment,
  status: ServiceDeploymentStatus,
  now: number,
  statusReason = deployment.statusReason,
): void {
  deployment.status = status
  deployment.statusReason = statusReason
  deployment.updatedAt = now
}

/** Ends a service deployment before it has done what it was for. */
export function stopServiceDeployment(deployment: ServiceDeployment, reason: string, now: number): void {
  setStatus(deployment, "STOPPED", now, reason)
  deployment.stoppedAt = now
  deployment.finishedAt = now
  if (deployment.circuitBreaker === "MONITORING") deployment.circuitBreaker = "MONITORING_COMPLETE"
}
