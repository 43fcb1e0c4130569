import { isDeepStrictEqual } from "node:util"
import type * as Aws from "#aws/ecs"
import { conflict, invalidParameter, required } from "../aws-error.ts"
import { describeTask } from "../answers/task.ts"
import type { RegisteredTaskDefinition, State, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { containerDefinition } from "../tasks/container.ts"
import { launchTask } from "../tasks/launch.ts"
import type { Wire } from "../wire.ts"
import { findActiveTaskDefinition, findCluster } from "./find.ts"
import { checkLaunchType } from "./launch-type.ts"
import { checkNetwork } from "./revision.ts"

const mostTasks = 10
const longestOverrides = 8192

export function runTask(step: Step, input: Wire<Aws.RunTaskRequest>): Wire<Aws.RunTaskResponse> {
  const { clusterName: cluster } = findCluster(step.state, input.cluster)
  const before = startedWith(step.state, cluster, input)
  const tasks = before.length > 0 ? before : launch(step, cluster, input)
  return { tasks: tasks.map((task) => describeTask(step.state, task)), failures: [] }
}

function launch(step: Step, cluster: string, input: Wire<Aws.RunTaskRequest>): Task[] {
  const registered = findActiveTaskDefinition(step.state, required(input.taskDefinition, "taskDefinition"))
  const { count = 1, startedBy, group = `family:${registered.definition.family}` } = input
  if (count < 1 || count > mostTasks) throw invalidParameter(`count must be between 1 and ${mostTasks}.`)
  checkLaunchType(registered, input.launchType)
  checkNetwork(registered, input.networkConfiguration)
  checkOverrides(registered, input.overrides)
  return Array.from({ length: count }, () =>
    launchTask(step, { cluster, taskDefinition: registered.arn, group, startedBy, request: input }),
  )
}

/** The tasks of an earlier call with the same client token: the call is being repeated. */
function startedWith(state: State, cluster: string, input: Wire<Aws.RunTaskRequest>): Task[] {
  if (!input.clientToken) return []
  const tasks = state.tasks.filter(
    (task) => task.cluster === cluster && task.request?.clientToken === input.clientToken,
  )
  if (tasks.some(({ request }) => !isDeepStrictEqual(request, input))) {
    throw conflict("The client token was used before, with other parameters.")
  }
  return tasks
}

function checkOverrides(registered: RegisteredTaskDefinition, overrides: Aws.TaskOverride = {}): void {
  if (JSON.stringify(overrides).length > longestOverrides) {
    throw invalidParameter(`Overrides length must be at most ${longestOverrides}.`)
  }
  const { name } = containerDefinition(registered)
  const stranger = overrides.containerOverrides?.find((override) => override.name !== name)
  if (stranger) {
    throw invalidParameter(`Override for container named ${stranger.name} is not a container in the TaskDefinition.`)
  }
}
