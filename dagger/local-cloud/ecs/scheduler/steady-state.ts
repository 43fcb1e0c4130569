import type { Service, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { resetFailures } from "./circuit-breaker.ts"
import { ceiling, floor } from "./capacity.ts"
import {
  currentServiceDeployment,
  isFinished,
  primaryOf,
  setRolloutState,
  setStatus,
  stopServiceDeployment,
} from "./deployments.ts"
import { addEvent } from "./events.ts"
import { shiftOf } from "./shifts.ts"
import { deploymentsAtWork, tasksByHealth, tasksOf, tasksOfService } from "./health.ts"

/** A rule of the scheduler: a task that becomes healthy ends a run of failures. */
export function noteHealthy(step: Step, service: Service): boolean {
  const primary = primaryOf(service)
  const fresh = tasksByHealth(step, service, primary).healthy.filter(({ healthyAt }) => healthyAt === undefined)
  for (const task of fresh) task.healthyAt = step.now
  if (fresh.length > 0) resetFailures(service, primary)
  return fresh.length > 0
}

/** A rule of the scheduler: a deployment completes when its tasks are healthy and the old ones gone. */
export function completeDeployment(step: Step, service: Service): boolean {
  const primary = primaryOf(service)
  const shift = shiftOf(service)
  if (shift && shift.stage !== "CLEAN_UP") return false
  if (primary.rolloutState !== "IN_PROGRESS" || !isSteady(step, service)) return false
  primary.completedAt = step.now
  setRolloutState(primary, "COMPLETED", `ECS deployment ${primary.id} completed.`, step.now)
  addEvent(step, service, `(deployment ${primary.id}) deployment completed.`)
  const deployment = currentServiceDeployment(service)
  setStatus(deployment, deployment.rollback ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL", step.now)
  deployment.finishedAt = step.now
  if (deployment.circuitBreaker === "MONITORING") deployment.circuitBreaker = "MONITORING_COMPLETE"
  return true
}

/** A rule of the scheduler: says once that the service has become steady. */
export function reportSteadyState(step: Step, service: Service): boolean {
  const wasSteady = service.steady
  service.steady = isSteady(step, service)
  if (wasSteady || !service.steady) return false
  addEvent(step, service, "has reached a steady state.")
  return true
}

/** A rule of the scheduler: says once that the percentages leave no way to go on. */
export function reportStuck(step: Step, service: Service): boolean {
  const primary = primaryOf(service)
  const hasRoom = ceiling(service) > floor(service) || service.desiredCount === 0
  if (primary.reportedStuck || hasRoom || tasksOf(step, primary).length > 0) return false
  if (deploymentsAtWork(step, service).length === 0) return false
  primary.reportedStuck = true
  addEvent(
    step,
    service,
    "was unable to stop or start tasks during a deployment because of the service deployment configuration. " +
      "Update the minimumHealthyPercent or maximumPercent value and try again.",
  )
  return true
}

/** A rule of the scheduler: a deleted service is INACTIVE when its last task has stopped. */
export function endDeletion(step: Step, service: Service): boolean {
  if (service.status !== "DRAINING" || !tasksOfService(step.state, service).every(hasEnded)) return false
  service.status = "INACTIVE"
  service.inactiveAt = step.now
  const unfinished = service.serviceDeployments.filter((deployment) => !isFinished(deployment))
  for (const deployment of unfinished) {
    stopServiceDeployment(deployment, "Service deployment stopped because the service was deleted.", step.now)
  }
  return true
}

function isSteady(step: Step, service: Service): boolean {
  const primary = primaryOf(service)
  const { starting, healthy, unhealthy } = tasksByHealth(step, service, primary)
  const old = tasksOfService(step.state, service).filter(({ deploymentId }) => deploymentId !== primary.id)
  return (
    service.status === "ACTIVE" &&
    healthy.length === service.desiredCount &&
    starting.length + unhealthy.length === 0 &&
    old.every(hasEnded)
  )
}

const hasEnded = ({ executionStoppedAt }: Task): boolean => executionStoppedAt !== undefined
