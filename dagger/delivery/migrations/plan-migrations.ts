import { findDestructive, type Destructive, type Migration } from "./destructive.ts"
import { refused, type Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { DeploymentRecord } from "../records/record.ts"
import { readKeptMigrations } from "./kept-migrations.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"

/** What a deploy does to the database. */
export interface PlannedMigrations {
  /** The version of the service that migrates; absent where none does */
  version?: string | undefined
  /** Where the last deployment left the database; undefined before the first, and where it was not recorded */
  from?: string | undefined
  /** Where it will be; undefined where there is no migration at all */
  to?: string | undefined
  /** What is to run, in this order */
  pending: Migration[]
  destructive: Destructive[]
  /** All revisions up to `to`, which the environment keeps, so that a promotion can tell what it would run */
  all: Migration[]
  /** The command of a tool that does not tell beforehand what it would do */
  unread?: string | undefined
}

/** Of a platform that migrates nothing */
const nothingToMigrate: PlannedMigrations = { pending: [], destructive: [], all: [] }

/** The command that writes what the migration would run, instead of running it. */
export const offline = (command: string[]): string[] => [...command, "--sql"]

/** Alembic's own statements, which are no part of a migration. */
const bookkeeping = /^(BEGIN|COMMIT|(INSERT INTO|UPDATE|DELETE FROM) alembic_version\b.*);$/gm

/** Takes what Alembic has written apart, by revision. Refuses where it could not be written. */
export function parseMigrations(written: { exitCode: number; stdout: string; stderr: string }): Migration[] {
  const { exitCode, stdout, stderr } = written
  if (exitCode !== 0) throw unwritable(stdout, stderr)
  const [, ...parts] = stdout.split(/^-- Running upgrade /m)
  return parts.map((part) => {
    const end = part.indexOf("\n")
    const [before, id] = part.slice(0, end).split("->") as [string, string]
    const reviewed = /^-- reviewed: (.*)$/m.exec(part)?.[1]
    return {
      id: id.trim(),
      after: before.split(",").flatMap((name) => name.trim() || []),
      ...(reviewed !== undefined && { reviewed }),
      ...(/^COMMIT;$[^]*^BEGIN;$/m.test(part) && { autocommit: true }),
      sql: part
        .slice(end)
        .replace(bookkeeping, "")
        .replace(/\n{3,}/g, "\n\n")
        .trim(),
    }
  })
}

/** Alembic writes a traceback to standard error, and what it refuses itself, as several heads, to standard output. */
function unwritable(stdout: string, stderr: string): Failure {
  const lines = [...stderr.trim().split("\n").slice(-5), ...stdout.split("\n").filter((line) => /^FAILED: /.test(line))]
  const several = /multiple head revisions/i.test(stdout + stderr)
  return refused(
    "the migrations cannot be written as SQL, so nobody can see beforehand what they would do.",
    ...lines.filter((line) => line !== "").map((line) => `| ${line}`),
    several
      ? "Two migrations build on the same one. Join them: alembic merge heads -m …"
      : "Write each so that alembic upgrade head --sql works: in SQL or Alembic's operations, without asking the database.",
    ...(several ? [] : ['One that has to ask needs a review, named in its file: reviewed = "…" (docs/migrations.md).']),
  )
}

/** A revision and all that it builds on. */
function lineageOf(all: Migration[], id: string): Set<string> {
  const parents = new Map(
    all.map(({ id, after }, index) => [
      id,
      after ??
        all
          .slice(0, index)
          .slice(-1)
          .map(({ id }) => id),
    ]),
  )
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    parents.get(id)?.forEach(visit)
  }
  visit(id)
  return found
}

/** Refuses a migration that was put below the one that the database is at: Alembic takes it for done. */
async function refuseInserted(target: Target, last: DeploymentRecord, applied: Set<string>): Promise<void> {
  const service = last.services.find(({ name }) => name === target.platform.migration?.service)
  const kept = service && (await readKeptMigrations(target, service.version))
  if (!kept?.some(({ id }) => id === last.migration)) return
  const known = new Set(kept.map(({ id }) => id))
  const inserted = [...applied].filter((id) => !known.has(id))
  if (inserted.length === 0) return
  throw refused(
    `migration ${inserted.join(", ")} comes before ${last.migration}, which the database of ${target.environment} is at: Alembic will not run it.`,
    `Let it build on ${last.migration} (down_revision), and leave the migrations that have run as they were.`,
  )
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
  if (!migration) return nothingToMigrate
  const migrating = services.filter(({ name }) => name === migration.service)
  const [planned] = await artifacts.versions(migrating, progress)
  const { version } = planned!
  if (!migration.migrations) return { ...nothingToMigrate, version, unread: migration.command.join(" ") }
  const all = (await readKeptMigrations(target, version)) ?? (await artifacts.migrations(progress))
  const from = last?.migration
  if (from !== undefined && !all.some(({ id }) => id === from)) {
    throw refused(
      `the database of ${target.environment} is at migration ${from}, which is not among those to deploy.`,
      "It was deployed by a later version. Deploy one that has this migration; rollback returns to an older one without migrating.",
    )
  }
  const applied = from === undefined ? new Set<string>() : lineageOf(all, from)
  if (last) await refuseInserted(target, last, applied)
  const pending = all.filter(({ id }) => !applied.has(id))
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
