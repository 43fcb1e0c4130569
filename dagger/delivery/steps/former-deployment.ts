import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { findFormerRevisions, imagesOf, type FormerRevision } from "../ecs/former-revisions.ts"
import { waitForRolloutsUnderWay } from "../ecs/rollouts-under-way.ts"
import { readBefore } from "../ecs/services.ts"
import { checkEnvironment } from "../preflight/check-environment.ts"
import { differences } from "../records/drift.ts"
import { listDeployments, readRecord, type DeploymentRecord } from "../records/record.ts"
import { findPinned } from "../registry/ecr.ts"
import { missingVersions } from "../secrets/versions.ts"
import { problemOfRestoring } from "../site/restore-site.ts"
import type { Target } from "../target.ts"

/** Finds the deployment to return to, and all that it ran with. Refuses where something of it is not kept. Changes nothing. */
export async function findFormer(target: Target, to: number | undefined, progress: Progress) {
  const { services } = target.platform
  await waitForRolloutsUnderWay(target, services, progress)
  const running = await readBefore(target, services)
  const recorded = await listDeployments(target)
  const record = await choose(target, recorded, to)
  const last = await readRecord(target, recorded[0]!)
  if ((await differences(target, running, record)).length === 0) {
    throw refused(`${target.environment} runs deployment ${record.deployment} already.`, "Name another one with --to.")
  }
  const secrets = await checkEnvironment(target, running, { secrets: {} }, progress)
  const { former, problems } = await findFormerRevisions(target, running, record, progress)
  problems.push(...(await missing(target, record, former)))
  if (problems.length > 0) {
    const what = `${target.environment} cannot be returned to deployment ${record.deployment}.`
    throw refused(
      what,
      ...problems,
      `Return to another one (${recorded.join(", ")} are recorded), or deploy its commit.`,
    )
  }
  const database = whatStays(last, record)
  if (database) progress.line("migrate", database)
  return {
    before: former.map(({ running }) => running),
    former,
    recorded,
    last,
    number: recorded[0]! + 1,
    images: imagesOf(former),
    secrets,
    // A secret that came later stays what it is.
    versions: Object.fromEntries(secrets.map(({ name, current }) => [name, record.secrets[name] ?? current])),
    migration: last.migration,
    commit: record.commit,
    release: record.site,
    jobs: record.jobs,
    restores: record.restores ?? record.deployment,
    restored: record.deployment,
    database,
  }
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
      throw refused(`ECR could not be queried for ${image}: ${messageOf(error)}`)
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
