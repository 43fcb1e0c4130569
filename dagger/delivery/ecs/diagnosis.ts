import type { Task } from "#aws/ecs"
import { messageOf } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import { logStreamOf, readLastLines } from "./logs.ts"
import { doneSince, type Rollout } from "./rollout.ts"
import { describeServices } from "./services.ts"
import type { Target } from "../target.ts"
import { container } from "./task-definition.ts"

/** Of the events, those that tell more than the deployment's own reason does. */
const tellingEvent = /unhealthy|unable|health check/i
const shownEvents = 2
const shownLogLines = 6

/** DescribeTasks takes this many at once. */
const describedAtOnce = 100

/**
 * Why a roll-out failed, in lines: the deployment's last stopped task, its last words, what ECS says (`reason`), and the
 * service's events. It never throws; a look that fails is a line, and takes nothing from what the others have shown.
 */
export async function describeFailure(target: Target, rollout: Rollout, reason: string): Promise<string[]> {
  const unseen = new Set<string>()
  const seen = <T>(look: Promise<T>, nothing: T): Promise<T> =>
    look.catch((error) => {
      unseen.add(`(no more is known: ${messageOf(error)})`)
      return nothing
    })
  const task = await seen(lastFailure(target, rollout), undefined)
  const events = await seen(tellingEvents(target, rollout), [])
  const words = task ? await seen(lastWords(target, task.task), []) : []
  // The last words of a task that ECS stopped are about its stop; the events say why.
  const exited = task?.task.stopCode === "EssentialContainerExited"
  const [first, last] = exited ? [words, events] : [events, words]
  return [...(task ? [task.line] : []), ...first, reason, ...last, ...unseen].map(readable)
}

/** Long identifiers as people read them: a target group by its name, a task by the start of its id. */
const readable = (line: string): string =>
  line
    .replace(/arn:aws:elasticloadbalancing:[^ )]*targetgroup\/([^/]+)\/\w+/g, "$1")
    .replace(/\b([0-9a-f]{8})(?:[0-9a-f]{24}|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g, "$1…")

async function lastFailure(target: Target, rollout: Rollout): Promise<{ task: Task; line: string } | undefined> {
  const tasks = await listStopped(target, rollout.service.name)
  const failed = tasks.filter((task) => isOf(rollout, task) && !isScaling(task))
  const [task] = failed.sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))
  if (!task) return undefined
  const cause = (task: Task) =>
    `${exitOf(task, rollout.service)?.exitCode}|${task.stoppedReason?.replace(/[0-9a-f-]{32,36}/g, "")}`
  const others = failed.filter((other) => cause(other) === cause(task)).length - 1
  const alike = others > 0 ? `, and ${others} more the same way` : ""
  return { task, line: `task ${idOf(task)} ${ending(task, rollout.service)}${alike}` }
}

/** Whether a roll-out started a task. Who else answers for ECS names the service in `startedBy`: the revision tells then. */
function isOf(rollout: Rollout, { startedBy, taskDefinitionArn, createdAt: started }: Task) {
  const { deploymentId, to } = rollout
  if (startedBy?.startsWith("ecs-svc/")) return startedBy === deploymentId
  return taskDefinitionArn === to.taskDefinition && Number(started ?? 0) >= doneSince(rollout)
}

/** How a task of a service ended, and its last words, a line each. */
export async function describeStopped(target: Target, service: Service, task: Task): Promise<string[]> {
  const words = await lastWords(target, task)
  return [`task ${idOf(task)} ${ending(task, service)}`, ...words].map(readable)
}

/** The tasks of a service that have ended, as long as ECS remembers them. */
export async function listStopped(target: Target, serviceName: string): Promise<Task[]> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const tasks: Task[] = []
  const { paginateListTasks } = await import("#aws/ecs")
  const pages = paginateListTasks(
    { client: ecs, pageSize: describedAtOnce },
    { cluster, serviceName, desiredStatus: "STOPPED" },
  )
  for await (const { taskArns } of pages)
    if (taskArns?.length) tasks.push(...((await ecs.describeTasks({ cluster, tasks: taskArns })).tasks ?? []))
  return tasks
}

const idOf = (task: Task): string => task.taskArn!.slice(task.taskArn!.lastIndexOf("/") + 1)

/** Whether ECS ended a task because a roll-out or somebody wanted fewer. */
export const isScaling = (task: Task): boolean =>
  task.stopCode === "ServiceSchedulerInitiated" && /^Scaling/.test(task.stoppedReason ?? "")

/** The service's container: AWS may put others beside it, such as GuardDuty's agent. */
const exitOf = (task: Task, service: Service) => task.containers?.find(({ name }) => name === service.name)

function ending(task: Task, service: Service): string {
  const { exitCode, reason } = exitOf(task, service) ?? {}
  const started = task.startedAt?.getTime()
  // A task that has ended is STOPPED a while later.
  const ended = (task.executionStoppedAt ?? task.stoppedAt)?.getTime()
  const seconds = started && ended ? ` after ${Math.round((ended - started) / 1000)} s` : ""
  if (task.stopCode !== "EssentialContainerExited" || exitCode === undefined)
    return `stopped${seconds}: ${task.stoppedReason || "ECS gave no reason"}`
  return `exited with ${exitCode}${seconds}${reason ? `: ${reason}` : ""}`
}

async function lastWords(target: Target, task: Task): Promise<string[]> {
  const ecs = await target.aws.ecs()
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: task.taskDefinitionArn })
  const stream = logStreamOf(container(taskDefinition)!, task.taskArn!)
  if (!stream) return []
  return (await readLastLines(target, stream, shownLogLines)).map((line) => `| ${line}`)
}

async function tellingEvents(target: Target, rollout: Rollout): Promise<string[]> {
  const services = await describeServices(target, [rollout.service.name])
  const since = doneSince(rollout)
  return (services.get(rollout.service.name)?.events ?? [])
    .filter(({ createdAt, message }) => Number(createdAt ?? 0) >= since && tellingEvent.test(message ?? ""))
    .slice(0, shownEvents)
    .map(({ message }) => message!)
}
