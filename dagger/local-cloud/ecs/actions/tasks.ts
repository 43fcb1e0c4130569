import type * as Aws from "#aws/ecs"
import { nameOf, taskArn } from "../arns.ts"
import { invalidParameter, required } from "../aws-error.ts"
import { describeTask } from "../answers/task.ts"
import { tasksOfService } from "../scheduler/health.ts"
import type { State, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { taskDefinition } from "../tasks/revisions.ts"
import { ownerOf } from "../tasks/owner.ts"
import * as tasks from "../tasks/stop.ts"
import type { Wire } from "../wire.ts"
import { findCluster, findService } from "./find.ts"
import { launchTypeOf } from "./launch-type.ts"
import { listed, page } from "./page.ts"

export function describeTasks(
  { state }: Step,
  { cluster, tasks: references, include = [] }: Wire<Aws.DescribeTasksRequest>,
): Wire<Aws.DescribeTasksResponse> {
  const { clusterName } = findCluster(state, cluster)
  const ids = listed(references, "Tasks", 100).map(nameOf)
  const found = ids.flatMap((id) => taskWithId(state, clusterName, id) ?? [])
  const missing = ids.filter((id) => !taskWithId(state, clusterName, id))
  return {
    tasks: found.map((task) => ({
      ...describeTask(state, task),
      tags: include.includes("TAGS") ? task.tags : undefined,
    })),
    failures: missing.map((id) => ({ arn: taskArn(state, { cluster: clusterName, id }), reason: "MISSING" })),
  }
}

export function listTasks({ state }: Step, input: Wire<Aws.ListTasksRequest>): Wire<Aws.ListTasksResponse> {
  const { clusterName } = findCluster(state, input.cluster)
  const { items, nextToken } = page(tasksAskedFor(state, clusterName, input), input)
  return { taskArns: items.map((task) => taskArn(state, task)), nextToken }
}

function tasksAskedFor(state: State, cluster: string, input: Wire<Aws.ListTasksRequest>): Task[] {
  const { desiredStatus = "RUNNING", startedBy, family, serviceName, launchType, containerInstance } = input
  if (containerInstance !== undefined) return []
  const tasks =
    serviceName === undefined ? state.tasks : tasksOfService(state, findService(state, input.cluster, serviceName))
  return tasks.filter(
    (task) =>
      task.cluster === cluster &&
      task.desiredStatus === desiredStatus &&
      (startedBy === undefined || task.startedBy === startedBy) &&
      (launchType === undefined ||
        launchTypeOf(task.request ?? ownerOf(state, task)?.service.settings) === launchType) &&
      (family === undefined || taskDefinition(state, task.taskDefinition).definition.family === family),
  )
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
