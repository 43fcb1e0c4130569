import type * as Aws from "#aws/ecs"
import { clusterArn, containerArn, taskArn } from "../arns.ts"
import type { State, Task } from "../state.ts"
import { containerDefinition } from "../tasks/container.ts"
import { taskDefinition } from "../tasks/revisions.ts"
import { ownerOf } from "../tasks/owner.ts"
import { epochSeconds, epochSecondsIfAny, type Wire } from "../wire.ts"

export function describeTask(state: State, task: Task): Wire<Aws.Task> {
  const { definition } = taskDefinition(state, task.taskDefinition)
  return {
    taskArn: taskArn(state, task),
    clusterArn: clusterArn(state, task.cluster),
    taskDefinitionArn: task.taskDefinition,
    group: task.group,
    startedBy: task.startedBy,
    launchType: task.request?.launchType ?? ownerOf(state, task)?.service.settings.launchType,
    cpu: definition.cpu,
    memory: definition.memory,
    overrides: task.request?.overrides ?? { containerOverrides: [] },
    tags: task.tags,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.health?.status ?? "UNKNOWN",
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    createdAt: epochSeconds(task.createdAt),
    pullStartedAt: epochSecondsIfAny(task.pullStartedAt),
    pullStoppedAt: epochSecondsIfAny(task.pullStoppedAt),
    startedAt: epochSecondsIfAny(task.startedAt),
    stoppingAt: epochSecondsIfAny(task.stoppingAt),
    executionStoppedAt: epochSecondsIfAny(task.executionStoppedAt),
    stoppedAt: epochSecondsIfAny(task.stoppedAt),
    containers: [describeContainer(state, task)],
    attachments: [],
    version: 1,
  }
}

function describeContainer(state: State, task: Task): Wire<Aws.Container> {
  const { name = "", image } = containerDefinition(taskDefinition(state, task.taskDefinition))
  return {
    containerArn: containerArn(state, task, name),
    taskArn: taskArn(state, task),
    name,
    image,
    lastStatus: containerStatus(task),
    exitCode: task.exitCode,
    reason: task.containerReason,
    networkBindings: networkBindings(state, task),
    networkInterfaces: [],
    healthStatus: task.health?.status ?? "UNKNOWN",
  }
}

/** Of a task's states, a container knows three. */
function containerStatus({ startedAt, executionStoppedAt }: Task): string {
  if (executionStoppedAt !== undefined) return "STOPPED"
  return startedAt === undefined ? "PENDING" : "RUNNING"
}

function networkBindings(state: State, { address, taskDefinition: arn }: Task): Aws.NetworkBinding[] {
  if (!address) return []
  const { containerPort } = containerDefinition(taskDefinition(state, arn)).portMappings?.[0] ?? {}
  return [{ bindIP: address.host, hostPort: address.port, containerPort, protocol: "tcp" }]
}
