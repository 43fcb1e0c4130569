import type { TaskStopCode } from "#aws/ecs"
import type { Task } from "../state.ts"
import type { Step } from "../step.ts"
import { deregisterTargets, targetsOf } from "../targets/registration.ts"
import { containerDefinition } from "./container.ts"
import { taskDefinition } from "./revisions.ts"

/** Between SIGTERM and SIGKILL, unless the container definition says otherwise. */
const defaultStopTimeoutSeconds = 30
/** Fargate's upper limit. */
const longestStopTimeoutSeconds = 120

/** How long a task is DEPROVISIONING. Fargate detaches a network interface meanwhile; here there is none. */
const deprovisioningMilliseconds = 100

/** AWS promises that a stopped task stays visible for at least an hour. */
const visibleMilliseconds = 3_600_000

/** Stops a task as ECS does: its targets drain first, and only then its container gets SIGTERM. */
export function stopTask(step: Step, task: Task, stopCode: TaskStopCode, stoppedReason: string): void {
  if (task.desiredStatus === "STOPPED") return
  markStopping(step, task, stopCode, stoppedReason)
  task.lastStatus = "DEACTIVATING"
  deregisterTargets(step, task)
  stopContainerOnceDrained(step, task)
}

export function stopDrainedTasks(step: Step): void {
  for (const task of step.state.tasks) stopContainerOnceDrained(step, task)
}

function stopContainerOnceDrained(step: Step, task: Task): void {
  if (task.lastStatus !== "DEACTIVATING" || targetsOf(step.state, task).length > 0) return
  task.lastStatus = "STOPPING"
  const { stopTimeout = defaultStopTimeoutSeconds } = containerDefinition(
    taskDefinition(step.state, task.taskDefinition),
  )
  step.effects.push({
    type: "stopContainer",
    taskId: task.id,
    timeoutSeconds: Math.min(stopTimeout, longestStopTimeoutSeconds),
  })
}

/** From here on a task is on its way to STOPPED, whether or not its container still runs. */
export function markStopping(step: Step, task: Task, stopCode: TaskStopCode, stoppedReason: string): void {
  task.desiredStatus = "STOPPED"
  task.stoppingAt = step.now
  task.stopCode = stopCode
  task.stoppedReason = stoppedReason
}

export function deprovision(step: Step, task: Task): void {
  task.lastStatus = "DEPROVISIONING"
  task.executionStoppedAt = step.now
}

/** When a task that has ended changes next: it is STOPPED, then forgotten. */
export function nextChange(task: Task): number {
  if (task.stoppedAt !== undefined) return task.stoppedAt + visibleMilliseconds
  if (task.executionStoppedAt !== undefined) return task.executionStoppedAt + deprovisioningMilliseconds
  return Infinity
}

/** Moves tasks that have ended on: DEPROVISIONING to STOPPED, and STOPPED out of sight. */
export function ageTasks({ state, now }: Step): void {
  const due = state.tasks.filter((task) => nextChange(task) <= now)
  for (const task of due.filter(({ lastStatus }) => lastStatus === "DEPROVISIONING")) {
    task.lastStatus = "STOPPED"
    task.stoppedAt = now
  }
  state.tasks = state.tasks.filter((task) => nextChange(task) > now)
}
