import type { AwsVpcConfiguration, Task } from "#aws/ecs"
import { areExpired } from "../../aws/clients.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { until } from "../poll.ts"
import type { Target } from "../target.ts"
import { logStreamOf, readLog, type LogStream } from "./logs.ts"
import { container } from "./task-definition.ts"

/** How long a task that was stopped may take to end: ECS's stop time-out, and some. */
const stoppedWithinSeconds = 180

/** A task that runs to its end, once. */
export interface OneOffTask {
  /** As it is called where people read it: "the migration" */
  called: string
  /** What it is told under, and what it was started for: "migrate" */
  subject: string
  taskDefinition: string
  /** Default: the task definition's */
  command?: string[] | undefined
  network: AwsVpcConfiguration
  /** One that takes longer is stopped. */
  timeoutSeconds: number
}

/** How a task ended. */
export interface Ended {
  task: Task
  /** Of our container; absent where it never ran, or was lost */
  exitCode: number | undefined
  /** Its log */
  lines: string[]
  tooLong: boolean
  /** Why nobody could watch it to its end; absent where it was seen to stop, or took too long even for that */
  unseen?: string | undefined
}

/** Runs a task, shows its log, and waits for its end, whatever that is. Refuses one that ECS does not start. */
export async function runOnce(target: Target, oneOff: OneOffTask, progress: Progress): Promise<Ended> {
  const ecs = await target.aws.ecs()
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition: oneOff.taskDefinition })
  const ours = container(definition)!
  const taskArn = await start(target, oneOff, ours.name!)
  progress.status(oneOff.subject, `running ${(oneOff.command ?? ours.command ?? []).join(" ")}`)
  const ended = await follow(target, { ...oneOff, taskArn, stream: logStreamOf(ours, taskArn) }, progress)
  // AWS may put containers of its own beside ours.
  const exitCode = ended.task.containers?.find(({ name }) => name === ours.name)?.exitCode
  return { ...ended, exitCode }
}

/** How a task ended that did not succeed, in words. */
export const endingOf = ({ unseen, tooLong, task, exitCode }: Ended, timeoutSeconds: number): string =>
  unseen !== undefined
    ? `could not be watched to its end: ${unseen}`
    : tooLong
      ? `did not end within ${timeoutSeconds} s`
      : exitCode === undefined
        ? `ended: ${task.stoppedReason || "ECS gave no reason"}`
        : `exited with ${exitCode}`

/** Shows a task's log until it has stopped. One that takes longer than it may is stopped. A look that fails is repeated: the task goes on without us. */
async function follow(
  target: Target,
  { subject, called, taskArn, timeoutSeconds, stream }: OneOffTask & { taskArn: string; stream: LogStream | undefined },
  progress: Progress,
): Promise<Omit<Ended, "exitCode">> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const deadline = target.clock.now() + timeoutSeconds * 1000
  const lines: string[] = []
  let nextToken: string | undefined
  let tooLong = false
  let stopped = false
  let unseen: string | undefined
  const task = await until(
    target.clock,
    { everySeconds: target.pollSeconds, forSeconds: timeoutSeconds + stoppedWithinSeconds },
    async () => {
      const { tasks } = await ecs.describeTasks({ cluster, tasks: [taskArn] }).catch((error) => {
        if (areExpired(error)) unseen = messageOf(error)
        return { tasks: [] }
      })
      // The log is read after the task was seen to have stopped, too, so that its last lines are not missed.
      const page = stream && (await readLog(target, stream, nextToken).catch(() => undefined))
      for (const line of page?.lines ?? []) progress.line(subject, line)
      lines.push(...(page?.lines ?? []))
      nextToken = page?.nextToken ?? nextToken
      tooLong ||= target.clock.now() > deadline
      if (tooLong && !stopped) {
        const stop = { cluster, task: taskArn, reason: `${called} took more than ${timeoutSeconds} s` }
        stopped = await ecs.stopTask(stop).then(
          () => true,
          () => false,
        )
      }
      return tasks?.[0] ?? {}
    },
    (task) => task.lastStatus === "STOPPED" || unseen !== undefined,
  )
  return { task, lines, tooLong, unseen }
}

async function start(
  { aws, infrastructure, platform }: Target,
  { called, subject, taskDefinition, command, network }: OneOffTask,
  name: string,
): Promise<string> {
  const ecs = await aws.ecs()
  const answer = await ecs
    .runTask({
      cluster: infrastructure.cluster,
      taskDefinition,
      launchType: "FARGATE",
      startedBy: `${platform.name}/${subject}`,
      networkConfiguration: { awsvpcConfiguration: network },
      ...(command && { overrides: { containerOverrides: [{ name, command }] } }),
    })
    .catch((error) => {
      throw refused(`${called} could not be started: ${messageOf(error)}`)
    })
  const task = answer.tasks?.[0]
  if (!task) throw refused(`${called} could not be started: ${answer.failures?.[0]?.reason ?? "ECS gave no reason"}`)
  return task.taskArn!
}
