import type { Deployment, Service } from "../state.ts"
import type { Step } from "../step.ts"
import {
  currentServiceDeployment,
  otherDeployments,
  primaryOf,
  setRolloutState,
  setStatus,
  stopServiceDeployment,
} from "./deployments.ts"
import { addEvent } from "./events.ts"

/** Where a rollback goes: the newest deployment, apart from the one that is PRIMARY, that ever completed. */
export function latestCompleted(service: Service): Deployment | undefined {
  return otherDeployments(service)
    .filter(({ completedAt, rolloutState }) => completedAt !== undefined && rolloutState !== "FAILED")
    .toSorted((one, other) => (one.completedAt ?? 0) - (other.completedAt ?? 0))
    .at(-1)
}

/** Ends a deployment that has failed: rolled back, if that is wanted and there is something to go back to, or else stopped. */
export function endFailed(step: Step, service: Service, wanted: boolean | undefined, why: string): "back" | "stopped" {
  if (wanted && latestCompleted(service)) {
    rollBack(step, service, `Service deployment rolled back ${why}`)
    return "back"
  }
  stopServiceDeployment(currentServiceDeployment(service), `Service deployment stopped ${why}`, step.now)
  return "stopped"
}

/** Makes the latest completed deployment PRIMARY again, and leaves nothing of the others. */
export function rollBack(step: Step, service: Service, reason: string): void {
  const completed = latestCompleted(service)
  if (!completed) return
  // It may have been over, and be shared with the state before
  const target = { ...completed }
  service.deployments = service.deployments.map((deployment) => (deployment === completed ? target : deployment))
  service.primary = target.id
  for (const deployment of otherDeployments(service)) if (deployment.desiredCount > 0) deployment.desiredCount = 0
  primaryOf(service).desiredCount = service.desiredCount
  target.failedTasks = 0
  setRolloutState(target, "IN_PROGRESS", `ECS deployment ${target.id} in progress.`, step.now)
  const deployment = currentServiceDeployment(service)
  setStatus(deployment, "ROLLBACK_IN_PROGRESS", step.now, reason)
  delete deployment.shift
  deployment.rollback = { reason, startedAt: step.now, deploymentId: target.id }
  addEvent(step, service, `rolling back to deployment ${target.id}.`)
}
