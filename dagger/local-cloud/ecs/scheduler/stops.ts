import type { Deployment, Service, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { stopTask } from "../tasks/stop.ts"
import { floor, missing, room } from "./capacity.ts"
import { primaryOf } from "./deployments.ts"
import { addEvent, listed } from "./events.ts"
import { shiftOf } from "./shifts.ts"
import { deploymentsAtWork, tasksByHealth, tasksOf } from "./health.ts"

/**
 * A rule of the scheduler: stops tasks of deployments that are being replaced, as far as the minimum healthy percent
 * allows. Behind a PRIMARY deployment that has failed, what still serves is left alone.
 */
export function stopOutdated(step: Step, service: Service): boolean {
  if (primaryOf(service).rolloutState === "FAILED" && service.status === "ACTIVE") return false
  const shift = shiftOf(service)
  const serving = shift?.stage === "CLEAN_UP" ? undefined : shift?.from
  for (const deployment of deploymentsAtWork(step, service)) {
    if (deployment.id === service.primary || deployment.id === serving) continue
    const task = tasksOf(step, deployment).find((one) => mayStop(step, service, deployment, one))
    if (!task) continue
    deployment.desiredCount = Math.max(0, deployment.desiredCount - 1)
    stopTasks(step, service, [task], scalingActivity(service))
    return true
  }
  return false
}

function mayStop(step: Step, service: Service, deployment: Deployment, task: Task): boolean {
  const { healthy, unhealthy } = tasksByHealth(step, service, deployment)
  const spare = healthyTasks(step, service) - floor(service)
  if (healthy.includes(task)) return spare >= 1
  // One that does not serve is kept only where it stands for a task that did
  if (deployment.completedAt === undefined || deployment.rolloutState === "FAILED" || spare >= 0) return true
  // Or else a broken revision could keep the one that fixes it from starting
  return unhealthy.includes(task) && missing(step, service, primaryOf(service)) > 0 && room(step.state, service) <= 0
}

function healthyTasks(step: Step, service: Service): number {
  const atWork = deploymentsAtWork(step, service)
  return atWork.flatMap((deployment) => tasksByHealth(step, service, deployment).healthy).length
}

/** A rule of the scheduler: stops what the PRIMARY deployment has beyond the desired count. */
export function stopSurplus(step: Step, service: Service): boolean {
  const primary = primaryOf(service)
  const { starting, healthy } = tasksByHealth(step, service, primary)
  const count = starting.length + healthy.length - primary.desiredCount
  if (count <= 0) return false
  stopTasks(step, service, [...starting, ...healthy.toReversed()].slice(0, count), scalingActivity(service))
  return true
}

export function stopTasks(step: Step, service: Service, tasks: Task[], reason: string): void {
  addEvent(step, service, `has stopped ${tasks.length} running tasks: ${listed(tasks)}.`)
  for (const task of tasks) stopTask(step, task, "ServiceSchedulerInitiated", reason)
}

function scalingActivity(service: Service): string {
  return `Scaling activity initiated by (deployment ${service.primary})`
}
