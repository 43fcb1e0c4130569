import type * as Aws from "#aws/ecs"
import { nameOf, taskArn } from "../arns.ts"
import { invalidParameter, required } from "../aws-error.ts"
import { describeTask } from "../answers/task.ts"
import { tasksOfService } from "../scheduler/capacity.ts"
import type { State, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { taskDefinition } from "../tasks/container.ts"
import * as tasks from "../tasks/stop.ts"
import type { Wire } from "../wire.ts"
import { findCluster, findService } from "./find.ts"
import { listed, page } from "./page.ts"

export function describeTasks(
  { state }: Step,
  { cluster, tasks: references }: Wire<Aws.DescribeTasksRequest>,
): Wire<Aws.DescribeTasksResponse> {
  const { clusterName } = findCluster(state, cluster)
  const ids = listed(references, "Tasks", 100).map(nameOf)
  const found = ids.flatMap((id) => taskWithId(state, clusterName, id) ?? [])
  const missing = ids.filter((id) => !taskWithId(state, clusterName, id))
  return {
    tasks: found.map((task) => describeTask(state, task)),
    failures: missing.map((id) => ({ arn: taskArn(state, { cluster: clusterName, id }), reason: "MISSING" })),
  }
}

export function listTasks({ state }: Step, input: Wire<Aws.ListTasksRequest>): Wire<Aws.ListTasksResponse> {
  const { clusterName } = findCluster(state, input.cluster)
  const isAskedFor = filter(state, input)
  const { items, nextToken } = page(
    state.tasks.filter((task) => task.cluster === clusterName && isAskedFor(task)),
    input,
  )
  return { taskArns: items.map((task) => taskArn(state, task)), nextToken }
}

function filter(state: State, input: Wire<Aws.ListTasksRequest>): (task: Task) => boolean {
  const { desiredStatus = "RUNNING", startedBy, family, serviceName } = input
  const ofService =
    serviceName === undefined
      ? undefined
      : new Set(tasksOfService(state, findService(state, input.cluster, serviceName)))
  return (task) =>
    task.desiredStatus === desiredStatus &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (family === undefined || taskDefinition(state, task.taskDefinition).definition.family === family) &&
    (ofService === undefined || ofService.has(task))
}

export function stopTask(
  step: Step,
  { cluster, task: reference, reason = "Task stopped by user" }: Wire<Aws.StopTaskRequest>,
): Wire<Aws.StopTaskResponse> {
  const { clusterName } = findCluster(step.state, cluster)
  const task = taskWithId(step.state, clusterName, nameOf(required(reference, "task")))
  if (!task) throw invalidParameter("The referenced task was not found.")
  tasks.stopTask(step, task, "UserInitiated", reason)
  return { task: describeTask(step.state, task) }
}

function taskWithId(state: State, cluster: string, id: string): Task | undefined {
  return state.tasks.find((task) => task.cluster === cluster && task.id === id)
}
