import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { nameOf, type DeployOptions } from "./deploy.ts"
import { withLock, type Lock } from "./lock/lock.ts"
import { runMigration } from "./migrations/run-migration.ts"
import { planMigrations, refuseDestructive } from "./migrations/plan-migrations.ts"
import { refusePart } from "./records/promotion.ts"
import { listDeployments, readLast } from "./records/record.ts"
import { planRevisions, withdrawRevisions } from "./ecs/revisions.ts"
import { planSecrets, referencesTo } from "./secrets/secrets.ts"
import { readBefore } from "./ecs/services.ts"
import type { BuildImages, Artifacts } from "./artifacts.ts"
import type { Target } from "./target.ts"

/** Runs the migrations of the working copy with the secrets that are current, and rolls nothing out. */
export async function migrate(
  target: Target,
  artifacts: Artifacts,
  progress: Progress,
  { allowDestructive = false }: Pick<DeployOptions, "allowDestructive"> = {},
): Promise<void> {
  refusePart(target)
  await withLock(target, `migration to ${nameOf(artifacts.commit)}`, progress, async (lock) => {
    const last = await readLast(target, await listDeployments(target))
    refuseDestructive(await planMigrations(target, artifacts, last, progress), allowDestructive)
    await migrateUnder(lock, target, artifacts.images, progress)
  })
}

async function migrateUnder(lock: Lock, target: Target, build: BuildImages, progress: Progress): Promise<void> {
  const { services, migration } = target.platform
  const migrating = services.filter(({ name }) => name === migration.service)
  const before = await readBefore(target, migrating)
  const { planned: secrets, problems } = await planSecrets(target, {})
  if (problems.length > 0) throw refused(`${target.environment} cannot be migrated.`, ...problems)
  const current = Object.fromEntries(secrets.map(({ name, current }) => [name, current]))
  const images = await build(migrating, progress)
  const planned = await planRevisions(target, before, images, referencesTo(secrets, current), progress)
  try {
    await lock.step("migrate")
    await runMigration(target, planned[0]!.to.taskDefinition, progress)
  } finally {
    await withdrawRevisions(target, planned, progress)
  }
}
