import { requireEnvironment } from "../../platform/environments.ts"
import type { Environment } from "../../platform/manifest.ts"
import { messageOf } from "../../platform/failure.ts"
import type { EnvironmentName } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { planMigrations, type PlannedMigrations } from "../migrations/plan-migrations.ts"
import type { Migration } from "../migrations/destructive.ts"
import type { Lock } from "../migrations/locks.ts"
import { missingPermissions } from "../preflight/permissions.ts"
import { findOlder } from "../records/older.ts"
import { listDeployments, readLast } from "../records/record.ts"
import { planSite, type PlannedSite } from "../site/plan-site.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"
import { planSecretChanges, referencesIn, type SecretChange } from "./plan-secrets.ts"
import { planJobs, type PlannedJob } from "./plan-jobs.ts"
import { planServices, type PlannedService } from "./plan-services.ts"
import { reader } from "./read.ts"

/** What a deploy would change. */
export interface Plan {
  environment: EnvironmentName
  /** What would be promoted, such as staging-12; absent for a working copy */
  version?: string | undefined
  /** The commit that it was made from, in full */
  commit?: string | undefined
  /** How it is older than what runs; absent where it is not */
  older?: string | undefined
  services: PlannedService[]
  jobs: PlannedJob[]
  migrations: Omit<PlannedMigrations, "all">
  /** What they lock; no part of the plan's ID, as another version of the tool may judge otherwise */
  locks: Lock[]
  secrets: SecretChange[]
  /** Absent where the environment has no site */
  site?: PlannedSite | undefined
  /** Permissions that the deployer lacks, a line each */
  missing: string[]
  /** The services whose smoke tests the deploy has to pass; no part of the plan's ID, as they change nothing */
  smokeTests: string[]
  /** How new tasks take over, and for how many seconds they are watched afterwards */
  strategy: Environment["strategy"]
  bakeSeconds: number
  /** What could not be read, and what stands for it, a line each; no part of the plan's ID */
  notes: string[]
}

/**
 * Looks at what a deploy would change, and changes nothing: the right to read is enough, and what may not be read either is
 * taken from the last record.
 */
export async function plan(target: Target, artifacts: Artifacts, progress: Progress): Promise<Plan> {
  const { environment, platform, infrastructure, caller } = target
  const { strategy, bakeSeconds } = requireEnvironment(platform, environment)
  const notes: string[] = []
  const noting: Progress = { ...progress, line: (subject, text) => notes.push(`${subject}: ${text}`) }
  progress.status("plan", "comparing with what runs")
  const last = await readLast(target, await listDeployments(target))
  const read = reader(target, last, notes)
  const secrets = await planSecretChanges(target, artifacts, read, notes)
  const images = await artifacts.versions(platform.services, noting)
  const references = referencesIn(target, secrets)
  const services = await planServices(target, images, references, read)
  const jobs = await planJobs(target, images, references, read)
  const { all: _, ...migrations } = await planMigrations(target, artifacts, last, progress)
  const locks = await readLocks(artifacts, migrations.pending, notes)
  const site = infrastructure.site && (await planSite(target, await artifacts.site(progress)))
  const missing = caller ? await missingPermissions(target, noting, infrastructure.roles.deployer) : []
  progress.done("plan", "nothing was changed")
  const { version, commit } = artifacts
  const older = await findOlder(artifacts, last)
  return {
    environment,
    version,
    commit: commit?.sha,
    older,
    services,
    jobs,
    migrations,
    locks,
    secrets,
    site,
    missing,
    strategy,
    bakeSeconds,
    smokeTests: artifacts.smoke ? (await artifacts.smoke.suites()).map(({ service }) => service) : [],
    notes,
  }
}

/** A plan without its locks is still one: what keeps the tool from being installed is no reason not to show the rest. */
async function readLocks({ locks }: Artifacts, pending: Migration[], notes: string[]): Promise<Lock[]> {
  if (!locks || pending.length === 0) return []
  return locks(pending).catch((error) => {
    notes.push(`what the migrations lock: ${messageOf(error)}`)
    return []
  })
}
