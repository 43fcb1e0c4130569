import type { Service, TrafficShift } from "../state.ts"
import type { Step } from "../step.ts"
import { currentServiceDeployment, primaryOf } from "./deployments.ts"
import { tasksByHealth } from "./health.ts"
import { next, shiftOf, shiftsAt } from "./shifts.ts"

/** A rule of the scheduler: moves requests to the new tasks once all of them are healthy, and on when it is time. */
export function shiftTraffic(step: Step, service: Service): boolean {
  const shift = shiftOf(service)
  if (!shift || !isDue(step, service, shift)) return false
  const deployment = currentServiceDeployment(service)
  deployment.shift = { ...shift, ...next(service.deploymentConfiguration, shift), since: step.now }
  deployment.updatedAt = step.now
  return true
}

function isDue(step: Step, service: Service, shift: TrafficShift): boolean {
  if (shift.stage !== "SCALE_UP") return step.now >= shiftsAt(service)
  return tasksByHealth(step, service, primaryOf(service)).healthy.length >= service.desiredCount
}
