import type { Progress } from "../platform/progress.ts"
import { short } from "../platform/version.ts"
import { verifyService, type Verified } from "./ecs/health.ts"
import type { Lock } from "./lock/lock.ts"
import { attempt, failure, problemOf, type Problem } from "./problems.ts"
import { putBack } from "./ecs/restore.ts"
import { indexCommit, type DeploymentRecord } from "./records/record.ts"
import { recordDeployment, type Deployed } from "./records/record-deployment.ts"
import { withdrawRevisions, type PlannedRevision } from "./ecs/revisions.ts"
import { secretsInUse, withdrawSecrets } from "./secrets/secrets.ts"
import type { Running } from "./ecs/services.ts"
import { putSiteBack, type DeployedSite } from "./site/deploy-site.ts"
import { currentRelease } from "./site/releases.ts"
import { startRollouts } from "./ecs/start-rollouts.ts"
import type { Target } from "./target.ts"
import { watch, type Ending } from "./ecs/watch.ts"

/** What is to become of an environment: all is prepared, and nothing of it serves yet. */
export interface Change extends Omit<Deployed, "site"> {
  before: Running[]
  /** The numbers of all deployments that are recorded, the newest first */
  recorded: number[]
  /** The newest of them; absent before the first */
  last?: DeploymentRecord
  /** What has to be done before anything serves, such as migrations */
  beforehand(): Promise<void>
  /** Makes the site serve what it is to serve; absent where it stays as it is */
  site?(): Promise<DeployedSite>
}

/** What became of a service, and what its verification saw; `seconds` is how long ECS took to roll it out. */
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
 * Rolls all services out side by side, verifies them, switches the site, and records it. When a step fails, all that was
 * changed before it is put back, and proven to serve what it served before.
 */
export async function apply(target: Target, change: Change, lock: Lock, progress: Progress): Promise<Deployment> {
  const { before, planned, secrets, versions, number, recorded, last } = change
  const { publicUrl, site: siteLocation } = target.infrastructure
  const withdraw = () => withdrawSecrets(target, { secrets, versions, number, kept: secretsInUse(before) }, progress)
  const withdrawAll = () => withdrawRevisions(target, planned, progress).then(withdraw)
  const { formerRelease, started, problems } = await orElse(withdrawAll, async () => {
    const formerRelease = siteLocation && (await currentRelease(target))
    await change.beforehand()
    await lock.step("roll out")
    return { formerRelease, ...(await startRollouts(target, planned)) }
  })
  // From here on, something serves that did not before: a failure is a problem, and puts everything back.
  const endings = await watch(target, started, progress)
  problems.push(...endings.flatMap(problemOf))
  /** Where the lock is lost, this is how the environment is left. */
  const left = planned
    .filter(({ changed }) => changed)
    .map(({ service, to }) => `${service.name}: ${leftAs(to.version)}`)
  if (problems.length === 0) await lock.step("verify", left)
  const verified = problems.length === 0 ? await verify(target, planned, progress) : []
  problems.push(...verified.flatMap(({ problem }) => problem ?? []))

  let site: DeployedSite | undefined
  if (problems.length === 0 && change.site) {
    await lock.step("site", left)
    site = await attempt("site", problems, change.site)
    if (site?.changed) left.push(`site: ${leftAs(site.release)}`)
  }
  const deployed = { ...change, site: site?.release }
  const changed = [...planned, site].some((part) => part?.changed) || !isRecorded(deployed, last)
  if (problems.length === 0 && changed) {
    await lock.step("record", left)
    await attempt("record", problems, () => recordDeployment(target, deployed, recorded, progress))
  }
  if (problems.length === 0) await indexCommit(target, change.commit, changed ? number : last!.deployment, progress)
  if (problems.length > 0) {
    await lock.step("put back", [
      ...problems.flatMap(({ subject, lines }) => lines.map((line) => `${subject}: ${line}`)),
      ...left,
    ])
    const ours = planned.map(({ to }) => to.taskDefinition)
    const stillWrong = await putBack(target, before, ours, progress)
    if (site?.changed) stillWrong.push(...(await putSiteBack(target, formerRelease, progress)))
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
export async function orElse<T>(undo: () => Promise<void>, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    await undo()
    throw error
  }
}

const leftAs = (version: string): string => `the roll-out of ${short(version)} was begun, and is not recorded`

/** Whether the last record tells of this already: a deploy that was killed may have done all but write it down. */
function isRecorded({ planned, versions, site }: Deployed, record: DeploymentRecord | undefined): boolean {
  if (!record) return false
  const recorded = new Map(record.services.map(({ name, taskDefinition }) => [name, taskDefinition]))
  return (
    planned.every(({ service, to }) => recorded.get(service.name) === to.taskDefinition) &&
    Object.entries(versions).every(([name, version]) => record.secrets[name as keyof typeof versions] === version) &&
    (site === undefined || site === record.site)
  )
}

/** Verifies what ECS calls successful, and the unchanged services, too. */
async function verify(
  target: Target,
  planned: PlannedRevision[],
  progress: Progress,
): Promise<{ seen: Verified; problem?: Problem }[]> {
  return Promise.all(
    planned.map(async ({ service, to, changed }) => {
      progress.status(service.name, "being verified through the load balancer")
      const seen = await verifyService(target, service, to)
      if (seen.problem === undefined) {
        progress.done(service.name, `${changed ? "serves" : "unchanged, serves"} ${short(to.version)}`)
        return { seen }
      }
      progress.failed(service.name, seen.problem)
      return { seen, problem: { subject: service.name, what: "does not serve as it should", lines: [seen.problem] } }
    }),
  )
}

function describe({ service, to, changed }: PlannedRevision, seen: Verified, endings: Ending[]): DeployedService {
  const seconds = endings.find(({ rollout }) => rollout.service === service)?.seconds ?? 0
  return { ...seen, service: service.name, version: to.version, taskDefinition: to.taskDefinition, changed, seconds }
}
