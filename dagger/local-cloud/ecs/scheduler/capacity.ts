import type { Deployment, Service, State, Task } from "../state.ts"
import type { Moment } from "../step.ts"
import { shiftOf } from "./shifts.ts"
import { tasksByHealth, tasksOfService } from "./health.ts"

/** How many tasks of a service must stay healthy during a deployment. */
export function floor({ desiredCount, deploymentConfiguration }: Service): number {
  return Math.ceil((desiredCount * deploymentConfiguration.minimumHealthyPercent) / 100)
}

/** How many tasks of a service may be starting or running during a deployment. */
export function ceiling(service: Service): number {
  const { desiredCount, deploymentConfiguration } = service
  // A shift has both sides whole.
  if (shiftOf(service)) return 2 * desiredCount
  return Math.floor((desiredCount * deploymentConfiguration.maximumPercent) / 100)
}

/**
 * How many more tasks may start. AWS counts RUNNING and PENDING: a task that drains or stops takes no room any more.
 */
export function room(state: State, service: Service): number {
  const counted: Task["lastStatus"][] = ["PROVISIONING", "PENDING", "RUNNING"]
  const taken = tasksOfService(state, service).filter(({ lastStatus }) => counted.includes(lastStatus))
  return ceiling(service) - taken.length
}

/** Unhealthy tasks do not count: they are to be replaced. A deployment that has failed launches nothing. */
export function missing(moment: Moment, service: Service, deployment: Deployment): number {
  const mayLaunch = deployment.rolloutState !== "FAILED" && moment.now >= deployment.launchAfter
  if (service.status !== "ACTIVE" || !mayLaunch || deployment.desiredCount === 0) return 0
  const { starting, healthy } = tasksByHealth(moment, service, deployment)
  return Math.max(0, deployment.desiredCount - starting.length - healthy.length)
}
