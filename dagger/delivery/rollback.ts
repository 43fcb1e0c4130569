import { messageOf, refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { apply, type Deployment } from "./apply.ts"
import { findFormerRevisions, imagesOf, planFormerRevisions, type FormerRevision } from "./ecs/former-revisions.ts"
import { withLock, type Lock } from "./lock/lock.ts"
import { preflight } from "./preflight/preflight.ts"
import { listDeployments, readRecord, type DeploymentRecord } from "./records/record.ts"
import { findPinned } from "./registry/ecr.ts"
import { missingVersions } from "./secrets/secrets.ts"
import { readBefore } from "./ecs/services.ts"
import { waitForRolloutsUnderWay } from "./ecs/rollouts-under-way.ts"
import { problemOfRestoring, restoreSite } from "./site/restore-site.ts"
import type { Target } from "./target.ts"
import { differences } from "./records/drift.ts"

/** What a rollback did. */
export interface Rollback extends Deployment {
  /** The deployment that runs again */
  restored: number
  /** What it could not undo of the database; absent where there is nothing to undo */
  database?: string
}

/**
 * Returns to a recorded deployment, by default the one before the current: services, secrets' versions and site, with a deploy's
 * verification, and back if that fails. The database stays as it is. It is recorded as a deployment of its own.
 */
export function rollback(target: Target, to: number | undefined, progress: Progress): Promise<Rollback> {
  const reason = to === undefined ? "rollback to the deployment before" : `rollback to deployment ${to}`
  return withLock(target, reason, progress, (lock) => rollbackUnder(lock, target, to, progress))
}

async function rollbackUnder(
  lock: Lock,
  target: Target,
  to: number | undefined,
  progress: Progress,
): Promise<Rollback> {
  const startedAt = new Date(target.clock.now())
  const { services } = target.platform
  await lock.step("preflight")
  await waitForRolloutsUnderWay(target, services, progress)
  const before = await readBefore(target, services)
  const recorded = await listDeployments(target)
  const record = await choose(target, recorded, to)
  const current = await readRecord(target, recorded[0]!)
  if ((await differences(target, before, record)).length === 0) {
    throw refused(`${target.environment} runs deployment ${record.deployment} already.`, "Name another one with --to.")
  }
  const secrets = await preflight(target, before, {}, progress)
  const { former, problems } = await findFormerRevisions(target, before, record, progress)
  problems.push(...(await missing(target, record, former)))
  if (problems.length > 0) {
    const what = `${target.environment} cannot be returned to deployment ${record.deployment}.`
    throw refused(
      what,
      ...problems,
      `Return to another one (${recorded.join(", ")} are recorded), or deploy its commit.`,
    )
  }
  const database = whatStays(current, record)
  if (database) progress.line("migrate", database)

  await lock.step("task definitions")
  const planned = await planFormerRevisions(target, former, progress)
  const { commit, site } = record
  // A secret that came later stays what it is.
  const versions = Object.fromEntries(secrets.map(({ name, current }) => [name, record.secrets[name] ?? current]))
  const change = {
    startedAt,
    commit,
    recorded,
    planned,
    secrets,
    versions,
    before: former.map(({ running }) => running),
  }
  const deployment = await apply(
    target,
    {
      ...change,
      last: current,
      number: recorded[0]! + 1,
      images: imagesOf(former),
      migration: current.migration,
      restores: record.restores ?? record.deployment,
      beforehand: async () => {},
      site: target.infrastructure.site && site ? () => restoreSite(target, site, progress) : undefined,
    },
    lock,
    progress,
  )
  return { ...deployment, restored: record.deployment, database }
}

/** The record to return to. Refuses where there is none, and a number that nothing is recorded under. */
async function choose(target: Target, recorded: number[], to: number | undefined): Promise<DeploymentRecord> {
  if (recorded.length === 0) throw refused(`no deployment to ${target.environment} has been recorded.`)
  if (to !== undefined && !recorded.includes(to)) {
    throw refused(`there is no deployment ${to} to ${target.environment}.`, `Recorded are ${recorded.join(", ")}.`)
  }
  if (to !== undefined) return readRecord(target, to)
  const { restores = recorded[0]! } = await readRecord(target, recorded[0]!)
  // Before what a rollback has restored: to return twice goes back twice.
  const [previous] = recorded.filter((number) => number < restores)
  if (previous === undefined) throw refused(`there is no deployment before ${restores}.`, "Name one with --to.")
  return readRecord(target, previous)
}

/** What of a deployment is not kept any more, a line each. */
async function missing(target: Target, record: DeploymentRecord, former: FormerRevision[]): Promise<string[]> {
  const problems = (await missingVersions(target, record.secrets)).map(
    (name) => `the version of secret ${name} is not kept any more (history.deployments in platform.json)`,
  )
  // Only AWS has a registry: the local cloud runs images from a folder.
  const images = target.caller ? imagesOf(former) : []
  for (const { service, image } of images) {
    const held = await findPinned(target.aws, image).catch((error) => {
      throw refused(`ECR could not be asked for ${image}: ${messageOf(error)}`)
    })
    if (!held) problems.push(`${service}: ECR does not hold ${image} any more`)
  }
  const site = target.infrastructure.site && record.site ? await problemOfRestoring(target, record.site) : undefined
  return site ? [...problems, site] : problems
}

/** What a rollback leaves of the database, in words; nothing where both deployments ran with the same. */
function whatStays(current: DeploymentRecord, record: DeploymentRecord): string | undefined {
  if (current.migration === record.migration) return undefined
  const [now, then] = [current.migration ?? "what it is at", record.migration ?? "an unknown revision"]
  return `the database stays at ${now}; deployment ${record.deployment} ran with ${then}. Migrations are not undone.`
}
