import type { Progress } from "../../platform/progress.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import { keepMigrations } from "../migrations/kept-migrations.ts"
import { type PlannedMigrations } from "../migrations/plan-migrations.ts"
import { runMigration } from "../migrations/run-migration.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"

/** Migrates the database, where the service that migrates changes. Nothing undoes it: each migration is made for both versions. */
export async function migrateDatabase(
  target: Target,
  migrations: PlannedMigrations,
  planned: PlannedRevision[],
  undo: Undo,
  progress: Progress,
): Promise<void> {
  const { migration } = target.platform
  if (!migration || migrations.version === undefined) return
  if (!migrations.unread) await keepMigrations(target, migrations.version, migrations.all)
  const { to, changed } = planned.find(({ service }) => service.name === migration.service)!
  // What runs was migrated to when it was rolled out.
  if (!changed) return
  if (migrations.pending.length > 0 || migrations.unread) undo.remains("The database stays migrated.")
  await runMigration(target, migration, to.taskDefinition, migrations, progress)
}
