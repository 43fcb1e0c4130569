import { conflict, invalidParameter } from "../aws-error.ts"
import type { Service, ServiceDeployment } from "../state.ts"
import type { Step } from "../step.ts"
import {
  currentServiceDeployment,
  primaryOf,
  setRolloutState,
  setStatus,
  stopServiceDeployment,
} from "./deployments.ts"
import { latestCompleted, rollBack } from "./rollback.ts"

const asked = "because StopServiceDeployment was called."

/** How long a deployment is STOP_REQUESTED or ROLLBACK_REQUESTED, so that a caller can meet these states. */
const requestedMilliseconds = 500

/** What StopServiceDeployment does at once. */
export function requestStop(step: Step, service: Service, deployment: ServiceDeployment, stopType: string): void {
  if (deployment.status !== "IN_PROGRESS") {
    throw conflict(`The service deployment cannot be stopped: its status is ${deployment.status}.`)
  }
  if (stopType === "ABORT") return setStatus(deployment, "STOP_REQUESTED", step.now)
  if (stopType !== "ROLLBACK") throw invalidParameter(`stopType must be ROLLBACK or ABORT, not ${stopType}.`)
  if (!latestCompleted(service)) {
    throw conflict("The service deployment cannot be rolled back: no earlier deployment of the service has completed.")
  }
  setStatus(deployment, "ROLLBACK_REQUESTED", step.now)
}

/** When a request is obeyed, if there is one. */
export function stopsAt(service: Service): number {
  const { status, updatedAt } = currentServiceDeployment(service)
  const isRequested = status === "ROLLBACK_REQUESTED" || status === "STOP_REQUESTED"
  return isRequested ? updatedAt + requestedMilliseconds : Infinity
}

/** Does what StopServiceDeployment asked for. */
export function obeyStopRequest(step: Step, service: Service): void {
  if (stopsAt(service) > step.now) return
  const deployment = currentServiceDeployment(service)
  const stopped = primaryOf(service)
  setRolloutState(stopped, "FAILED", `ECS deployment ${stopped.id} stopped.`, step.now)
  if (deployment.status === "STOP_REQUESTED") {
    stopServiceDeployment(deployment, `Service deployment stopped ${asked}`, step.now)
  } else {
    deployment.stoppedAt = step.now
    rollBack(step, service, `Service deployment rolled back ${asked}`)
  }
}
