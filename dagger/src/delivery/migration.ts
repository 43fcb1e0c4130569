import type { Task } from "#aws/ecs"
import type { Report } from "../report/report.ts"
import { logStreamOf, readLog, type LogStream } from "./logs.ts"
import { messageOf, refused } from "./outcome.ts"
import type { Target } from "./target.ts"
import { container } from "./task-definition.ts"

const subject = "migrate"
const shownLines = 5

/**
 * Runs the platform's migrations as a one-off ECS task of a task definition, waits for its end and shows its log.
 * Refuses to go on when it fails: nothing has been rolled out by then, and the migrations run in one transaction.
 */
export async function runMigration(target: Target, taskDefinition: string, report: Report): Promise<void> {
  const ecs = await target.aws.ecs()
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition })
  const migrating = container(definition)!
  const task = await start(target, taskDefinition, migrating.name!)
  report.status(subject, `running ${target.platform.migration.command.join(" ")}`)

  const stream = logStreamOf(migrating, task.taskArn!)
  const { stopped, lines } = await untilStopped(target, task.taskArn!, stream, report)
  const exitCode = stopped.containers?.[0]?.exitCode
  if (exitCode !== 0) {
    report.failed(subject, "failed")
    throw refused(
      `the migration failed: ${exitCode === undefined ? stopped.stoppedReason : `it exited with ${exitCode}`}.`,
      ...lines.slice(-shownLines).map((line) => `| ${line}`),
      "No service was touched; migrations run in one transaction, which was undone. Correct the migration and run it again.",
    )
  }
  report.done(subject, "migrated")
}

async function start(target: Target, taskDefinition: string, name: string): Promise<Task> {
  const ecs = await target.aws.ecs()
  const { cluster, network } = target.infrastructure
  const answer = await ecs
    .runTask({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      startedBy: "cat-house/migrate",
      networkConfiguration: { awsvpcConfiguration: { ...network, assignPublicIp: "ENABLED" } },
      overrides: { containerOverrides: [{ name, command: target.platform.migration.command }] },
    })
    .catch((error) => {
      throw refused(`the migration could not be started: ${messageOf(error)}`)
    })
  const task = answer.tasks?.[0]
  if (!task)
    throw refused(`the migration could not be started: ${answer.failures?.[0]?.reason ?? "ECS gave no reason"}`)
  return task
}

async function untilStopped(
  target: Target,
  taskArn: string,
  stream: LogStream | undefined,
  report: Report,
): Promise<{ stopped: Task; lines: string[] }> {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const { timeoutSeconds } = target.platform.migration
  const deadline = target.clock.now() + timeoutSeconds * 1000
  const lines: string[] = []
  let nextToken: string | undefined

  for (;;) {
    const { tasks } = await ecs.describeTasks({ cluster, tasks: [taskArn] })
    const task = tasks?.[0]
    // The log is read after the task was seen to have stopped, too, so that its last lines are not missed.
    if (stream) {
      const page = await readLog(target, stream, nextToken)
      nextToken = page.nextToken
      for (const line of page.lines) report.line(subject, line)
      lines.push(...page.lines)
    }
    if (task?.lastStatus === "STOPPED") return { stopped: task, lines }
    if (target.clock.now() > deadline) {
      await ecs.stopTask({ cluster, task: taskArn, reason: `the migration took more than ${timeoutSeconds} s` })
      throw refused(
        `the migration did not end within ${timeoutSeconds} s and was stopped.`,
        "Look for a lock in pg_stat_activity, or raise migration.timeoutSeconds in platform.json.",
      )
    }
    await target.clock.sleep(target.pollSeconds * 1000)
  }
}
