import type { Task } from "#aws/ecs"
import { areExpired } from "../../aws/clients.ts"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import type { Platform } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { logStreamOf, readLog, type LogStream } from "../ecs/logs.ts"
import { until } from "../poll.ts"
import type { Target } from "../target.ts"
import { container } from "../ecs/task-definition.ts"
import type { PlannedMigrations } from "./plan-migrations.ts"

type MigrationTask = NonNullable<Platform["migration"]>

const subject = "migrate"
const shownLines = 5

/** How long a migration that was stopped may take to end: ECS's stop time-out, and some. */
const stoppedWithinSeconds = 180

/**
 * Runs the platform's migrations as a one-off ECS task of a task definition, waits for its end and shows its log.
 * Refuses to go on when it fails; no service has been touched by then.
 */
export async function runMigration(
  target: Target,
  migration: MigrationTask,
  taskDefinition: string,
  { pending }: Pick<PlannedMigrations, "pending">,
  progress: Progress,
): Promise<void> {
  const ecs = await target.aws.ecs()
  const { command, timeoutSeconds } = migration
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition })
  const migrating = container(definition)!
  const taskArn = await start(target, taskDefinition, { name: migrating.name!, command })
  progress.status(subject, `running ${command.join(" ")}`)

  const { lines, task, tooLong } = await follow(
    target,
    { taskArn, timeoutSeconds },
    logStreamOf(migrating, taskArn),
    progress,
  )
  // AWS may put containers of its own beside ours.
  const exitCode = task.containers?.find(({ name }) => name === migrating.name)?.exitCode
  if (exitCode === 0) return progress.done(subject, "migrated")
  progress.failed(subject, "failed")
  if (task.stopCode === "TaskFailedToStart") throw neverStarted(task)
  const what = tooLong ? `did not end within ${timeoutSeconds} s` : ending(task, exitCode)
  throw failure(what, { tooLong, exitCode, lines, autocommit: pending.find(({ autocommit }) => autocommit)?.id })
}

/**
 * Shows a task's log until it has stopped. One that takes longer than the platform allows is stopped. A look that fails is
 * repeated: the migration goes on without us.
 */
async function follow(
  target: Target,
  { taskArn, timeoutSeconds }: { taskArn: string; timeoutSeconds: number },
  stream: LogStream | undefined,
  progress: Progress,
) {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const deadline = target.clock.now() + timeoutSeconds * 1000
  const lines: string[] = []
  let nextToken: string | undefined
  let tooLong = false
  let stopped = false
  const task = await until(
    target.clock,
    { everySeconds: target.pollSeconds, forSeconds: timeoutSeconds + stoppedWithinSeconds },
    async () => {
      const { tasks } = await ecs.describeTasks({ cluster, tasks: [taskArn] }).catch((error) => {
        if (areExpired(error)) throw unwatched(error)
        return { tasks: [] }
      })
      // The log is read after the task was seen to have stopped, too, so that its last lines are not missed.
      const page = stream && (await readLog(target, stream, nextToken).catch(() => undefined))
      for (const line of page?.lines ?? []) progress.line(subject, line)
      lines.push(...(page?.lines ?? []))
      nextToken = page?.nextToken ?? nextToken
      tooLong ||= target.clock.now() > deadline
      if (tooLong && !stopped) {
        const reason = `the migration took more than ${timeoutSeconds} s`
        stopped = await ecs.stopTask({ cluster, task: taskArn, reason }).then(
          () => true,
          () => false,
        )
      }
      return tasks?.[0] ?? {}
    },
    (task) => task.lastStatus === "STOPPED",
  )
  return { task, lines, tooLong }
}

async function start(
  target: Target,
  taskDefinition: string,
  override: { name: string; command: string[] },
): Promise<string> {
  const ecs = await target.aws.ecs()
  const { cluster, network } = target.infrastructure
  const answer = await ecs
    .runTask({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      startedBy: "cat-house/migrate",
      networkConfiguration: { awsvpcConfiguration: network },
      overrides: { containerOverrides: [override] },
    })
    .catch((error) => {
      throw refused(`the migration could not be started: ${messageOf(error)}`)
    })
  const task = answer.tasks?.[0]
  if (!task)
    throw refused(`the migration could not be started: ${answer.failures?.[0]?.reason ?? "ECS gave no reason"}`)
  return task.taskArn!
}

const neverStarted = ({ stoppedReason }: Task): Failure =>
  new Failure("refused", `the migration never started: ${stoppedReason || "ECS gave no reason"}`, [
    "No service was touched, and nothing has been committed. Correct the cause and deploy again.",
  ])

const isUnknown =
  "No service was touched; whether the migration had been committed is not known: look at the table alembic_version."

const unwatched = (error: unknown): Failure =>
  new Failure("refused", `the migration could not be watched to its end: ${messageOf(error)}`, [isUnknown])

const ending = (task: Task, exitCode: number | undefined): string =>
  exitCode === undefined ? `ended: ${task.stoppedReason || "ECS gave no reason"}` : `exited with ${exitCode}`

interface Ending {
  tooLong: boolean
  exitCode: number | undefined
  lines: string[]
  /** The first migration that leaves the transaction */
  autocommit: string | undefined
}

/** Says of the database only what is known: Alembic that fails by itself has undone its one transaction. */
function failure(what: string, { tooLong, exitCode, lines, autocommit }: Ending): Failure {
  // 255 is Alembic's own; what a signal ended has 128 and the signal's number.
  const undone = !tooLong && exitCode !== undefined && (exitCode < 128 || exitCode === 255)
  return new Failure("refused", `the migration ${what}.`, [
    ...lines.slice(-shownLines).map((line) => `| ${line}`),
    undone
      ? autocommit === undefined
        ? "No service was touched; the migrations run in one transaction, which was undone. Correct them and deploy again."
        : `No service was touched; ${autocommit} leaves the transaction: look at the table alembic_version for what has been committed.`
      : isUnknown,
    ...(tooLong ? ["Look for a lock in pg_stat_activity, or raise migration.timeoutSeconds in platform.json."] : []),
  ])
}
