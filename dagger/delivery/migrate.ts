import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import type { Artifacts } from "./artifacts.ts"
import { nameOf, type DeployOptions } from "./deploy.ts"
import { readBefore } from "./ecs/services.ts"
import { withLock } from "./lock/lock.ts"
import { planMigrations, refuseDestructive } from "./migrations/plan-migrations.ts"
import { runMigration } from "./migrations/run-migration.ts"
import { refusePart } from "./records/promotion.ts"
import { listDeployments, readLast } from "./records/record.ts"
import { planSecrets } from "./secrets/plan.ts"
import { registerTaskDefinitions } from "./steps/task-definitions.ts"
import type { Target } from "./target.ts"

/** Runs the migrations of the working copy with the secrets that are current, and rolls nothing out. */
export async function migrate(
  target: Target,
  artifacts: Artifacts,
  progress: Progress,
  { allowDestructive = false }: Pick<DeployOptions, "allowDestructive"> = {},
): Promise<void> {
  refusePart(target)
  const { services, migration } = target.platform
  if (!migration) throw refused("there is nothing to migrate: platform.json has no job that runs before a roll-out.")
  const migrating = services.filter(({ name }) => name === migration.service)
  await withLock(target, `migration to ${nameOf(artifacts.commit)}`, progress, async (lock) => {
    const last = await readLast(target, await listDeployments(target))
    const migrations = await planMigrations(target, artifacts, last, progress)
    refuseDestructive(migrations, allowDestructive)
    const before = await readBefore(target, migrating)
    const { planned: secrets, problems } = await planSecrets(target, { secrets: {} })
    if (problems.length > 0) throw refused(`${target.environment} cannot be migrated.`, ...problems)
    const versions = Object.fromEntries(secrets.map(({ name, current }) => [name, current]))
    const images = await artifacts.images(migrating, progress)
    const [planned] = await registerTaskDefinitions(target, { before, images, secrets, versions }, progress)
    await lock.step("migrate")
    await runMigration(target, migration, planned!.to.taskDefinition, migrations, progress)
  })
}
