import type { DeploymentCircuitBreaker } from "#aws/ecs"
import type { Deployment, Service } from "../state.ts"
import type { Step } from "../step.ts"
import { currentServiceDeployment, primaryOf, setRolloutState, setStatus } from "./deployments.ts"
import { addEvent } from "./events.ts"
import { endFailed } from "./rollback.ts"

const tasksFailedToStart = "ECS deployment circuit breaker: tasks failed to start."
const thresholdExceeded = "because the circuit breaker threshold was exceeded."

export function circuitBreakerOf({ deploymentConfiguration }: Service): DeploymentCircuitBreaker | undefined {
  return deploymentConfiguration.deploymentCircuitBreaker
}

/** How many failed tasks make a deployment a failure. */
export function threshold(breaker: DeploymentCircuitBreaker | undefined, desiredCount: number): number {
  const { type = "BOUNDED_PERCENT", value = 50 } = breaker?.thresholdConfiguration ?? {}
  if (type === "COUNT") return value
  const share = Math.ceil((desiredCount * value) / 100)
  return type === "UNBOUNDED_PERCENT" ? share : Math.min(200, Math.max(3, share))
}

/** Once a deployment has completed, a failing task is replaced, and nothing more; once it has failed, the count stays. */
export function countFailure(deployment: Deployment): void {
  if (deployment.rolloutState === "IN_PROGRESS") deployment.failedTasks += 1
}

export function resetFailures(service: Service, deployment: Deployment): void {
  const resets = circuitBreakerOf(service)?.resetOnHealthyTask ?? true
  if (resets && deployment.rolloutState === "IN_PROGRESS") deployment.failedTasks = 0
}

/** A rule of the scheduler: the circuit breaker, where the service has one. */
export function tripCircuitBreaker(step: Step, service: Service): boolean {
  const breaker = circuitBreakerOf(service)
  const primary = primaryOf(service)
  if (!breaker?.enable || primary.rolloutState !== "IN_PROGRESS") return false
  // A percentage of nothing would be a threshold that no failure is needed for
  if (primary.failedTasks < Math.max(1, threshold(breaker, service.desiredCount))) return false
  fail(step, service, primary)
  return true
}

function fail(step: Step, service: Service, failed: Deployment): void {
  const deployment = currentServiceDeployment(service)
  const wasRollingBack = deployment.rollback !== undefined
  setRolloutState(failed, "FAILED", tasksFailedToStart, step.now)
  addEvent(step, service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`)
  deployment.circuitBreaker = "TRIGGERED"
  if (wasRollingBack) {
    setStatus(deployment, "ROLLBACK_FAILED", step.now)
    deployment.finishedAt = step.now
  } else if (endFailed(step, service, circuitBreakerOf(service)?.rollback, thresholdExceeded) === "back") {
    primaryOf(service).rolloutStateReason =
      `ECS deployment circuit breaker: rolling back to deploymentId ${service.primary}.`
  }
}
