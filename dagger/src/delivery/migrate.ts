import type { Report } from "../report/report.ts"
import type { BuildImages } from "./deploy.ts"
import { runMigration } from "./migration.ts"
import { planRevisions, withdraw } from "./revisions.ts"
import { readBefore } from "./services.ts"
import type { Target } from "./target.ts"

/** Runs the migrations of the working copy, and rolls nothing out. */
export async function migrate(target: Target, build: BuildImages, report: Report): Promise<void> {
  const { services, migration } = target.platform
  const migrating = services.filter(({ name }) => name === migration.service)
  const before = await readBefore(target, migrating)
  const planned = await planRevisions(target, before, await build(migrating, report), report)
  try {
    await runMigration(target, planned[0]!.to.taskDefinition, report)
  } finally {
    await withdraw(target, planned, report)
  }
}
