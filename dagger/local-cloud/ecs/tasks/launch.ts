import { taskId } from "../ids.ts"
import type { Task } from "../state.ts"
import type { Step } from "../step.ts"
import { containerOf } from "./container.ts"

export type Launch = Pick<Task, "cluster" | "taskDefinition" | "group" | "startedBy" | "deploymentId" | "request">

/** Adds a task and has its container started. */
export function launchTask(step: Step, launch: Launch): Task {
  const task: Task = {
    ...launch,
    id: taskId(step.state),
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    createdAt: step.now,
    tags: launch.request?.tags ?? [],
  }
  step.state.tasks.push(task)
  step.effects.push({ type: "startContainer", taskId: task.id, container: containerOf(step.state, task) })
  return task
}
