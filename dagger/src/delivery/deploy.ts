import type { Report } from "../report/report.ts"
import { short } from "../platform/version.ts"
import { verifyService, type Verified } from "./health.ts"
import { runMigration } from "./migration.ts"
import { preflight } from "./preflight.ts"
import { attempt, failure, problemOf, type Problem } from "./problems.ts"
import { putBack } from "./put-back.ts"
import { listDeployments } from "./record.ts"
import { recordDeployment } from "./record-deployment.ts"
import { planRevisions, withdrawRevisions, type PlannedRevision } from "./revisions.ts"
import { referencesTo, withdrawSecrets, writeSecrets } from "./secrets.ts"
import { readBefore } from "./services.ts"
import { currentRelease } from "./site/releases.ts"
import { deploySite, putSiteBack, type DeployedSite } from "./site/deploy-site.ts"
import type { Sources } from "./sources.ts"
import { startRollouts } from "./start-rollouts.ts"
import type { Target } from "./target.ts"
import { watch, type Ending } from "./watch.ts"

/** What a deploy did to a service, and what its verification saw; `seconds` is how long ECS took to roll it out. */
export interface DeployedService extends Verified {
  service: string
  version: string
  taskDefinition: string
  changed: boolean
  seconds: number
}

/** What a deploy did. */
export interface Deployment {
  services: DeployedService[]
  /** Absent where the environment has no site */
  site?: DeployedSite
  /** Where people find it */
  url: string
  /** The number that it is recorded under; absent where nothing had to change */
  number?: number
}

/**
 * Deploys the platform: preflight, images, secrets, migrations, all services side by side, verification, site, record. When
 * a step fails, all that was changed before it is put back, and proven to serve what it served before. Throws a Failure that
 * tells which it was.
 */
export async function deploy(target: Target, sources: Sources, report: Report): Promise<Deployment> {
  const startedAt = new Date(target.clock.now())
  const { services, migration } = target.platform
  const { publicUrl, site: siteLocation } = target.infrastructure
  const before = await readBefore(target, services)
  const recorded = await listDeployments(target)
  const number = (recorded[0] ?? 0) + 1
  const secrets = await preflight(target, before, sources.secrets, report)
  const [images, folder] = await Promise.all([
    sources.images(services, report),
    siteLocation && sources.site(report),
  ])
  const formerRelease = siteLocation && (await currentRelease(target))

  const versions = await writeSecrets(target, secrets, number, report)
  const withdraw = () => withdrawSecrets(target, secrets, versions, number, report)
  const references = referencesTo(secrets, versions)
  const planned = await orElse(withdraw, () => planRevisions(target, before, images, references, report))
  for (const { service, changed } of planned) if (!changed) report.done(service.name, "unchanged")

  const withdrawAll = () => withdrawRevisions(target, planned, report).then(withdraw)
  const { started, problems } = await orElse(withdrawAll, async () => {
    const migrating = planned.find(({ service }) => service.name === migration.service)!
    // What runs was migrated to when it was rolled out.
    if (migrating.changed) await runMigration(target, migrating.to.taskDefinition, report)
    return startRollouts(target, planned)
  })
  // From here on, something serves that did not before: a failure is a problem, and puts everything back.
  const endings = await watch(target, started, report)
  problems.push(...endings.flatMap(problemOf))
  const verified = problems.length === 0 ? await verify(target, planned, report) : []
  problems.push(...verified.flatMap(({ problem }) => problem ?? []))

  let site: DeployedSite | undefined
  if (problems.length === 0 && folder !== undefined) {
    site = await attempt("site", problems, () => deploySite(target, folder, report))
  }
  const changed = [...planned, site].some((part) => part?.changed) || secrets.some(({ write }) => write !== undefined)
  if (problems.length === 0 && changed) {
    const deployed = {
      number,
      startedAt,
      commit: sources.commit,
      planned,
      images,
      secrets,
      versions,
      site: site?.release,
    }
    await attempt("record", problems, () => recordDeployment(target, deployed, recorded, report))
  }
  if (problems.length > 0) {
    const ours = planned.map(({ to }) => to.taskDefinition)
    const stillWrong = await putBack(target, before, ours, report)
    if (site?.changed) stillWrong.push(...(await putSiteBack(target, formerRelease, report)))
    await withdraw()
    throw failure(before, problems, stillWrong)
  }
  return {
    services: planned.map((plan, index) => describe(plan, verified[index]!.seen, endings)),
    site,
    url: siteLocation?.url ?? publicUrl,
    number: changed ? number : undefined,
  }
}

/** Does steps that leave nothing behind when one of them fails: then `undo` is done first. */
async function orElse<T>(undo: () => Promise<void>, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    await undo()
    throw error
  }
}

/** Verifies what ECS calls successful, and the unchanged services, too. */
async function verify(
  target: Target,
  planned: PlannedRevision[],
  report: Report,
): Promise<{ seen: Verified; problem?: Problem }[]> {
  return Promise.all(
    planned.map(async ({ service, to, changed }) => {
      report.status(service.name, "being verified through the load balancer")
      const seen = await verifyService(target, service, to)
      if (seen.problem === undefined) {
        report.done(service.name, `${changed ? "serves" : "unchanged, serves"} ${short(to.version)}`)
        return { seen }
      }
      report.failed(service.name, seen.problem)
      return { seen, problem: { subject: service.name, what: "does not serve as it should", lines: [seen.problem] } }
    }),
  )
}

function describe({ service, to, changed }: PlannedRevision, seen: Verified, endings: Ending[]): DeployedService {
  const seconds = endings.find(({ rollout }) => rollout.service === service)?.seconds ?? 0
  return { ...seen, service: service.name, version: to.version, taskDefinition: to.taskDefinition, changed, seconds }
}
