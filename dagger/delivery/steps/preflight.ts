import type { Progress } from "../../platform/progress.ts"
import type { Artifacts } from "../artifacts.ts"
import { waitForRolloutsUnderWay } from "../ecs/rollouts-under-way.ts"
import { readBefore, type Running } from "../ecs/services.ts"
import { planMigrations, refuseDestructive, type PlannedMigrations } from "../migrations/plan-migrations.ts"
import { refuseStale } from "../plan/plan-id.ts"
import { plan } from "../plan/plan.ts"
import { checkEnvironment } from "../preflight/check-environment.ts"
import { differences } from "../records/drift.ts"
import { findOlder, refuseOlder } from "../records/older.ts"
import { listDeployments, readLast, type DeploymentRecord } from "../records/record.ts"
import type { PlannedSecret } from "../secrets/plan.ts"
import type { Target } from "../target.ts"

/** What whoever deploys has agreed to. */
export interface DeployOptions {
  /** Id of the plan that is to hold; without it, what is found is done */
  approve?: string | undefined
  /** Whether migrations may lose something */
  allowDestructive?: boolean
  /** Whether what is deployed may be older than what runs */
  allowOlder?: boolean
}

/** What a deploy has found, and means to do. */
export interface Found {
  before: Running[]
  /** The numbers of all deployments that are recorded, the newest first */
  recorded: number[]
  /** The newest of them; absent before the first */
  last?: DeploymentRecord | undefined
  /** This deployment's */
  number: number
  /** How it is older than what runs; absent where it is not */
  older?: string | undefined
  secrets: PlannedSecret[]
  migrations: PlannedMigrations
  /** Alembic's revision that the database will be at */
  migration?: string | undefined
}

/** Looks at all that a deploy depends on, and refuses with every problem found. Changes nothing. */
export async function preflight(
  target: Target,
  artifacts: Artifacts,
  { approve, allowDestructive = false, allowOlder = false }: DeployOptions,
  progress: Progress,
): Promise<Found> {
  const { services } = target.platform
  await waitForRolloutsUnderWay(target, services, progress)
  const before = await readBefore(target, services)
  const recorded = await listDeployments(target)
  const last = await readLast(target, recorded)
  const older = await findOlder(artifacts, last)
  refuseOlder(target, older, allowOlder)
  for (const line of await differences(target, before, last)) progress.line("preflight", line)
  const secrets = await checkEnvironment(target, before, artifacts, progress)
  const migrations = await planMigrations(target, artifacts, last, progress)
  refuseDestructive(migrations, allowDestructive)
  if (approve !== undefined) refuseStale(await plan(target, artifacts, progress), approve)
  const number = (recorded[0] ?? 0) + 1
  return { before, recorded, last, number, older, secrets, migrations, migration: migrations.to }
}
