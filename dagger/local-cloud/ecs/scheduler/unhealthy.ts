import type { Deployment, Service, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { describeHealth } from "../targets/target-health.ts"
import { targetsOf } from "../targets/registration.ts"
import { missing } from "./capacity.ts"
import { countFailure } from "./circuit-breaker.ts"
import { addEvent } from "./events.ts"
import { deploymentsAtWork, tasksByHealth } from "./health.ts"
import { stopTasks } from "./stops.ts"

/** A rule of the scheduler: an unhealthy task is stopped once its replacement is healthy. */
export function stopReplaced(step: Step, service: Service): boolean {
  for (const deployment of deploymentsAtWork(step, service)) {
    const { healthy, unhealthy } = tasksByHealth(step, service, deployment)
    const [task] = unhealthy
    if (!task || healthy.length + unhealthy.length <= deployment.desiredCount) continue
    stopUnhealthy(step, service, deployment, task)
    return true
  }
  return false
}

/**
 * A rule of the scheduler, after the one that launches: where the maximum percent leaves no room for a replacement,
 * unhealthy tasks are stopped first, one at a time. While a task is still starting, the next one waits.
 */
export function makeRoom(step: Step, service: Service): boolean {
  for (const deployment of deploymentsAtWork(step, service)) {
    const { starting, unhealthy } = tasksByHealth(step, service, deployment)
    const [task] = unhealthy
    if (!task || starting.length > 0 || missing(step, service, deployment) === 0) continue
    stopUnhealthy(step, service, deployment, task)
    return true
  }
  return false
}

function stopUnhealthy(step: Step, service: Service, deployment: Deployment, task: Task): void {
  if (task.health?.status === "UNHEALTHY") {
    addEvent(step, service, `(task ${task.id}) failed container health checks.`)
    countFailure(deployment)
    return stopTasks(step, service, [task], "Task failed container health checks")
  }
  const target = targetsOf(step.state, task).find(({ state }) => state === "unhealthy")
  if (!target) return
  const group = `(target-group ${target.targetGroupArn})`
  const reason = describeHealth(target).Description
  addEvent(
    step,
    service,
    `(task ${task.id}) (port ${target.address.port}) is unhealthy in ${group} due to (reason ${reason})`,
  )
  countFailure(deployment)
  stopTasks(step, service, [task], `Task failed ELB health checks in ${group}`)
}
