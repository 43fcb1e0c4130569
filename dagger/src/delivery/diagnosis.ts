import type { Task } from "#aws/ecs"
import { logStreamOf, readLog, taskIdOf } from "./logs.ts"
import { messageOf } from "./outcome.ts"
import type { Rollout } from "./rollout.ts"
import { describeServices } from "./services.ts"
import type { Target } from "./target.ts"
import { container } from "./task-definition.ts"

/** Why a rollout failed, in lines that name the task, its exit code, its last words, and what ECS said. */
export interface Diagnosis {
  lines: string[]
}

const tellingEvent = /fail|unhealthy|unable|rolling back/i
const shownLogLines = 3
const shownEvents = 3

/**
 * Looks for the cause of a failure: the deployment's stopped tasks, what their containers wrote last, and the service's
 * events since. It never throws; a look that fails is a line of the diagnosis.
 */
export async function describeFailure(target: Target, rollout: Rollout, reason: string): Promise<Diagnosis> {
  const parts = await Promise.allSettled([stoppedTasks(target, rollout), tellingEvents(target, rollout)])
  const lines = parts.flatMap((part) =>
    part.status === "fulfilled" ? part.value : [`(no more is known: ${messageOf(part.reason)})`],
  )
  return { lines: [...lines, reason].map(readable) }
}

/** Long identifiers as people read them: a target group by its name, a task by the start of its id. */
const readable = (line: string): string =>
  line
    .replace(/arn:aws:elasticloadbalancing:[^ )]*targetgroup\/([^/]+)\/\w+/g, "$1")
    .replace(/\b([0-9a-f]{8})[0-9a-f]{24}\b/g, "$1…")

async function stoppedTasks(target: Target, rollout: Rollout): Promise<string[]> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const { name } = rollout.service
  const listed = await ecs.listTasks({ cluster, serviceName: name, desiredStatus: "STOPPED" })
  if (!listed.taskArns?.length) return []
  const described = await ecs.describeTasks({ cluster, tasks: listed.taskArns.slice(0, 100) })
  const failed = (described.tasks ?? []).filter((task) => task.startedBy === rollout.deploymentId && !isScaling(task))
  const last = failed.sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))[0]
  if (!last) return []
  const alike = failed.filter((task) => causeOf(task) === causeOf(last)).length
  return [
    `task ${taskIdOf(last.taskArn!)} ${ending(last)}${alike > 1 ? `, and ${alike - 1} more the same way` : ""}`,
    ...(await lastWords(target, last)),
  ]
}

const isScaling = (task: Task): boolean =>
  task.stopCode === "ServiceSchedulerInitiated" && /^Scaling/.test(task.stoppedReason ?? "")

const causeOf = (task: Task): string =>
  `${task.containers?.[0]?.exitCode}|${task.stoppedReason?.replace(/[0-9a-f]{32}/g, "")}`

function ending(task: Task): string {
  const { exitCode, reason } = task.containers?.[0] ?? {}
  const started = task.startedAt?.getTime()
  const seconds = started && task.stoppedAt ? ` after ${Math.round((task.stoppedAt.getTime() - started) / 1000)} s` : ""
  const exited = task.stopCode === "EssentialContainerExited" && exitCode !== undefined
  return exited
    ? `exited with ${exitCode}${seconds}${reason ? `: ${reason}` : ""}`
    : `stopped${seconds}: ${task.stoppedReason}`
}

async function lastWords(target: Target, task: Task): Promise<string[]> {
  const ecs = await target.aws.ecs()
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: task.taskDefinitionArn })
  const stream = logStreamOf(container(taskDefinition)!, task.taskArn!)
  if (!stream) return []
  const { lines } = await readLog(target, stream)
  return lines
    .filter((line) => line.trim() !== "")
    .slice(-shownLogLines)
    .map((line) => `| ${line}`)
}

async function tellingEvents(target: Target, rollout: Rollout): Promise<string[]> {
  const { name } = rollout.service
  const services = await describeServices(target, [name])
  const events = services.get(name)?.events ?? []
  return events
    .filter(
      ({ createdAt, message }) =>
        Number(createdAt ?? 0) >= rollout.startedAt - 2000 && tellingEvent.test(message ?? ""),
    )
    .slice(0, shownEvents)
    .map(({ message }) => message!)
}
