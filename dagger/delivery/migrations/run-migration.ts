import type { Task } from "#aws/ecs"
import { Failure } from "../../platform/failure.ts"
import type { Job } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { endingOf, runOnce, type Ended } from "../ecs/one-off-task.ts"
import type { Target } from "../target.ts"
import type { PlannedMigrations } from "./plan-migrations.ts"

const subject = "migrate"
const shownLines = 5

/**
 * Runs the platform's migrations as a one-off ECS task of a task definition, waits for its end and shows its log.
 * Refuses to go on when it fails; no service has been touched by then.
 */
export async function runMigration(
  target: Target,
  migration: Job,
  taskDefinition: string,
  planned: Pick<PlannedMigrations, "pending">,
  progress: Progress,
): Promise<void> {
  const { command, timeoutSeconds } = migration
  const { network } = target.infrastructure
  const oneOff = { called: "the migration", subject, taskDefinition, command, network, timeoutSeconds }
  const ended = await runOnce(target, oneOff, progress)
  if (ended.exitCode === 0) return progress.done(subject, "migrated")
  progress.failed(subject, "failed")
  if (ended.task.stopCode === "TaskFailedToStart") throw neverStarted(ended.task)
  throw new Failure("refused", `the migration ${endingOf(ended, timeoutSeconds)}.`, [
    ...ended.lines.slice(-shownLines).map((line) => `| ${line}`),
    `No service was touched; ${whatIsKnown(migration, ended, planned)}`,
    ...(ended.tooLong
      ? [`Look for a lock in pg_stat_activity, or raise jobs.${migration.name}.timeoutSeconds in platform.json.`]
      : []),
  ])
}

const neverStarted = ({ stoppedReason }: Task): Failure =>
  new Failure("refused", `the migration never started: ${stoppedReason || "ECS gave no reason"}`, [
    "No service was touched, and nothing has been committed. Correct the cause and deploy again.",
  ])

/** Says of the database only what is known: Alembic that fails by itself has undone its one transaction. */
function whatIsKnown(
  { migrations }: Job,
  { tooLong, exitCode }: Ended,
  { pending }: Pick<PlannedMigrations, "pending">,
): string {
  if (!migrations) return "whether it has changed anything is for its own tool to tell. Correct it and deploy again."
  // 255 is Alembic's own; what a signal ended has 128 and the signal's number.
  const undone = !tooLong && exitCode !== undefined && (exitCode < 128 || exitCode === 255)
  if (!undone) return "whether the migration had been committed is not known: look at the table alembic_version."
  const autocommit = pending.find(({ autocommit }) => autocommit)?.id
  return autocommit === undefined
    ? "the migrations run in one transaction, which was undone. Correct them and deploy again."
    : `${autocommit} leaves the transaction: look at the table alembic_version for what has been committed.`
}
