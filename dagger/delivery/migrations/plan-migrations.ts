import { findDestructive, type Destructive, type Migration } from "./destructive.ts"
import { refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { DeploymentRecord } from "../records/record.ts"
import { readKeptMigrations } from "./kept-migrations.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"

/** What a deploy does to the database. */
export interface PlannedMigrations {
  /** The version of the service that migrates */
  version: string
  /** Where the last deployment left the database; undefined before the first, and where it was not recorded */
  from?: string | undefined
  /** Where it will be; undefined where there is no migration at all */
  to?: string | undefined
  /** What is to run, in this order */
  pending: Migration[]
  destructive: Destructive[]
  /** All revisions up to `to`, which the environment keeps, so that a promotion can tell what it would run */
  all: Migration[]
}

/** The command that writes what the migration would run, instead of running it. */
export const offline = (command: string[]): string[] => [...command, "--sql"]

/** Alembic's own statements, which are no part of a migration. */
const bookkeeping = /^(BEGIN|COMMIT|(INSERT INTO|UPDATE|DELETE FROM) alembic_version\b.*);$/gm

/** Takes what Alembic has written apart, by revision. Refuses where it could not be written. */
export function parseMigrations(written: { exitCode: number; stdout: string; stderr: string }): Migration[] {
  const { exitCode, stdout, stderr } = written
  if (exitCode !== 0) {
    throw refused(
      "the migrations cannot be written as SQL, so nobody can see beforehand what they would do.",
      ...stderr
        .trim()
        .split("\n")
        .slice(-5)
        .map((line) => `| ${line}`),
      "Write each so that alembic upgrade head --sql works: in SQL or Alembic's operations, without asking the database.",
    )
  }
  const [, ...parts] = stdout.split(/^-- Running upgrade .*-> /m)
  return parts.map((part) => {
    const end = part.indexOf("\n")
    return {
      id: part.slice(0, end).trim(),
      sql: part
        .slice(end)
        .replace(bookkeeping, "")
        .replace(/\n{3,}/g, "\n\n")
        .trim(),
    }
  })
}

/**
 * What is to be migrated since the last deployment. A database that is ahead of what is deployed is refused: Alembic would not
 * know the migration that it is at.
 */
export async function planMigrations(
  target: Target,
  artifacts: Artifacts,
  last: DeploymentRecord | undefined,
  progress: Progress,
): Promise<PlannedMigrations> {
  const { services, migration } = target.platform
  const migrating = services.filter(({ name }) => name === migration.service)
  const [planned] = await artifacts.versions(migrating, progress)
  const { version } = planned!
  const all = (await readKeptMigrations(target, version)) ?? (await artifacts.migrations(progress))
  const from = last?.migration
  const position = all.findIndex(({ id }) => id === from)
  if (from !== undefined && position < 0) {
    throw refused(
      `the database of ${target.environment} is at migration ${from}, which is not among those to deploy.`,
      "It was deployed by a later version. Deploy one that has this migration; rollback returns to an older one without migrating.",
    )
  }
  const pending = all.slice(position + 1)
  return { version, from, to: all.at(-1)?.id, pending, destructive: await findDestructive(pending), all }
}

/** Refuses migrations that lose something, or that the version before cannot live with, unless they are allowed. */
export function refuseDestructive({ destructive }: PlannedMigrations, allowed: boolean): void {
  if (allowed || destructive.length === 0) return
  throw refused(
    "the migrations are destructive, and a rollback would not bring back what they remove.",
    ...destructive.map(({ revision, reasons }) => `${revision} ${reasons.join(", and ")}.`),
    "Take two deployments for it (docs/migrations.md), or look at plan, and deploy with --allow-destructive.",
  )
}
