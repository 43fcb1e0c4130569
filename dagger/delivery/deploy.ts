import type { Commit } from "../platform/commit.ts"
import { requireEnvironment } from "../platform/environments.ts"
import { short } from "../platform/version.ts"
import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { apply, orElse, type Deployment } from "./apply.ts"
import { differences } from "./records/drift.ts"
import { withLock, type Lock } from "./lock/lock.ts"
import { runMigration } from "./migrations/run-migration.ts"
import { keepRevisions, planMigrations, refuseDestructive } from "./migrations/plan-migrations.ts"
import { refuseStale } from "./plan/plan-id.ts"
import { plan } from "./plan/plan.ts"
import { preflight } from "./preflight/preflight.ts"
import { listDeployments, readLast } from "./records/record.ts"
import { planRevisions } from "./ecs/revisions.ts"
import { referencesTo, secretsInUse, withdrawSecrets, writeSecrets, type SecretVersions } from "./secrets/secrets.ts"
import { readBefore } from "./ecs/services.ts"
import { waitForRolloutsUnderWay } from "./ecs/rollouts-under-way.ts"
import { deploySite } from "./site/deploy-site.ts"
import type { Artifacts } from "./artifacts.ts"
import type { Target } from "./target.ts"

/** What whoever deploys has agreed to. */
export interface DeployOptions {
  /** Id of the plan that is to hold; without it, what is found is done */
  approve?: string
  /** Whether migrations may lose something */
  allowDestructive?: boolean
}

/**
 * Deploys the platform, alone: preflight, images, secrets, migrations, all services side by side, verification, site, record.
 * When a step fails, all that was changed before it is put back, and proven to serve what it served before. Throws a Failure
 * that tells which it was.
 */
export async function deploy(
  target: Target,
  artifacts: Artifacts,
  progress: Progress,
  { approve, ...others }: DeployOptions = {},
): Promise<Deployment> {
  // What a workflow hands from one job to the next ends with a line break.
  const options = { ...others, approve: approve?.trim() || undefined }
  refuseUnapproved(target, artifacts, options)
  return withLock(target, `deploy of ${nameOf(artifacts.commit)}`, progress, (lock) =>
    deployUnder(lock, target, artifacts, progress, options),
  )
}

/** An environment with an approval is never changed by what nobody has seen before. */
function refuseUnapproved({ platform, environment }: Target, { version }: Artifacts, { approve }: DeployOptions): void {
  if (!requireEnvironment(platform, environment).approval || approve) return
  const command = ["plan", "--env", environment, ...(version === undefined ? [] : ["--version", version])].join(" ")
  throw refused(
    `${environment} requires an approved plan, and none was named.`,
    `Make it with ${command}, read it, and name its ID: --approve …`,
  )
}

async function deployUnder(
  lock: Lock,
  target: Target,
  artifacts: Artifacts,
  progress: Progress,
  { approve, allowDestructive = false }: DeployOptions,
): Promise<Deployment> {
  const startedAt = new Date(target.clock.now())
  const { services, migration } = target.platform
  await lock.step("preflight")
  await waitForRolloutsUnderWay(target, services, progress)
  const before = await readBefore(target, services)
  const recorded = await listDeployments(target)
  const last = await readLast(target, recorded)
  for (const line of await differences(target, before, last)) progress.line("preflight", line)
  const number = (recorded[0] ?? 0) + 1
  const secrets = await preflight(target, before, artifacts.secrets, progress)
  const migrations = await planMigrations(target, artifacts, last, progress)
  refuseDestructive(migrations, allowDestructive)
  if (approve !== undefined) refuseStale(await plan(target, artifacts, progress), approve)
  await lock.step("publish")
  const [images, opened] = await Promise.all([
    artifacts.images(services, progress),
    target.infrastructure.site && artifacts.site(progress),
  ])

  await lock.step("secrets")
  const versions: SecretVersions = {}
  const withdraw = () => withdrawSecrets(target, { secrets, versions, number, kept: secretsInUse(before) }, progress)
  const planned = await orElse(withdraw, async () => {
    await writeSecrets(target, secrets, versions, number, progress)
    return planRevisions(target, before, images, referencesTo(secrets, versions), progress)
  })
  for (const { service, changed } of planned) if (!changed) progress.done(service.name, "unchanged")
  const migrating = planned.find(({ service }) => service.name === migration.service)!

  const { commit, version } = artifacts
  const made = { number, startedAt, commit, version, plan: approve, migration: migrations.to }
  const change = { ...made, recorded, last, before, planned, images, secrets, versions }
  return apply(
    target,
    {
      ...change,
      async beforehand() {
        await keepRevisions(target, migrations)
        // What runs was migrated to when it was rolled out.
        if (!migrating.changed) return
        await lock.step("migrate")
        await runMigration(target, migrating.to.taskDefinition, progress)
      },
      site: opened === undefined ? undefined : () => deploySite(target, opened, progress),
    },
    lock,
    progress,
  )
}

/** A commit as people name it. */
export const nameOf = (commit: Commit | undefined): string =>
  commit ? `commit ${short(commit.sha)}${commit.changed ? " with changes" : ""}` : "a working copy"
