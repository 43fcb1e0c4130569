import { Failure, messageOf, refused } from "../outcome.ts"
import type { Service } from "../platform/manifest.ts"
import { short } from "../platform/version.ts"
import type { Report } from "../report/report.ts"
import { verifyService, type Verified } from "./health.ts"
import { runMigration } from "./migration.ts"
import { putBack } from "./put-back.ts"
import { planRevisions, withdraw, type PlannedRevision } from "./revisions.ts"
import { startRollout, type Rollout } from "./rollout.ts"
import { readBefore, readRunning, type Running } from "./services.ts"
import type { BuiltImage, Target } from "./target.ts"
import { watch, type Ending } from "./watch.ts"

/** Makes the images of services, or finds those that exist already. */
export type BuildImages = (services: Service[], report: Report) => Promise<BuiltImage[]>

/** What a deploy did to a service, and what its verification saw; `seconds` is how long ECS took to roll it out. */
export interface DeployedService extends Verified {
  service: string
  version: string
  taskDefinition: string
  changed: boolean
  seconds: number
}

/** A service that could not be deployed, with what is known of the cause. */
interface Problem {
  service: string
  what: string
  lines: string[]
}

/**
 * Deploys the platform: images, migrations, all services side by side, verification. When one service fails, all that
 * were changed are put back, and proven to serve what they served before. Throws a Failure that tells which it was.
 */
export async function deploy(target: Target, build: BuildImages, report: Report): Promise<DeployedService[]> {
  const { services, migration } = target.platform
  const before = await readBefore(target, services)
  const planned = await planRevisions(target, before, await build(services, report), report)
  for (const { service, changed } of planned) if (!changed) report.done(service.name, "unchanged")
  const migrating = planned.find(({ service }) => service.name === migration.service)!

  const { started, problems } = await beforeAnythingServes(target, planned, report, async () => {
    await runMigration(target, migrating.to.taskDefinition, report)
    return startRollouts(target, planned)
  })
  const endings = await watch(target, started, report)
  problems.push(...endings.flatMap(problemOf))
  // There is nothing to verify once one service has failed.
  const verified = problems.length === 0 ? await verify(target, planned, report) : []
  problems.push(...verified.flatMap(({ problem }) => problem ?? []))
  if (problems.length === 0) return planned.map((plan, index) => describe(plan, verified[index]!.seen, endings))

  const ours = planned.map(({ to }) => to.taskDefinition)
  throw failure(before, problems, await putBack(target, before, ours, report))
}

/** The steps until a service is touched: when one of them fails, the deploy leaves nothing behind. */
async function beforeAnythingServes<T>(
  target: Target,
  planned: PlannedRevision[],
  report: Report,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    await withdraw(target, planned, report)
    throw error
  }
}

/** Starts all rollouts side by side. Refuses when ECS has none of them; otherwise a problem is one service's. */
async function startRollouts(
  target: Target,
  planned: PlannedRevision[],
): Promise<{ started: Rollout[]; problems: Problem[] }> {
  const changed = planned.filter((plan) => plan.changed)
  const starts = await Promise.allSettled(changed.map(({ running, to }) => startRollout(target, running, to)))
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []))
  const problems = starts.flatMap((start, index): Problem[] => {
    if (start.status === "fulfilled") return []
    return [
      { service: changed[index]!.service.name, what: "could not be rolled out", lines: [messageOf(start.reason)] },
    ]
  })
  if (problems.length > 0 && started.length === 0 && (await noneTookEffect(target, changed))) {
    throw refused(
      "no service could be rolled out.",
      ...problems.map(({ service, lines }) => `${service}: ${lines.join(" ")}`),
    )
  }
  return { started, problems }
}

/** Whether ECS runs none of what was planned: an answer that was lost does not tell that its call was. */
async function noneTookEffect(target: Target, planned: PlannedRevision[]): Promise<boolean> {
  const services = planned.map(({ service }) => service)
  const now = await readRunning(target, services).catch(() => undefined)
  return now?.every(({ revision }, index) => revision.taskDefinition !== planned[index]!.to.taskDefinition) ?? false
}

function problemOf({ rollout, verdict, causes }: Ending): Problem[] {
  if (verdict.kind === "succeeded") return []
  const what = verdict.kind === "rolled-back" ? "did not start" : "could not be rolled out"
  return [{ service: rollout.service.name, what, lines: causes }]
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
      return { seen, problem: { service: service.name, what: "does not serve as it should", lines: [seen.problem] } }
    }),
  )
}

function describe({ service, to, changed }: PlannedRevision, seen: Verified, endings: Ending[]): DeployedService {
  const seconds = endings.find(({ rollout }) => rollout.service === service)?.seconds ?? 0
  return { ...seen, service: service.name, version: to.version, taskDefinition: to.taskDefinition, changed, seconds }
}

function failure(before: Running[], problems: Problem[], stillWrong: string[]): Failure {
  const what = problems.map(({ service, what }) => `${service} ${what}`).join(", ")
  const several = new Set(problems.map(({ service }) => service)).size > 1
  const causes = problems.flatMap(({ service, lines }) => lines.map((line) => (several ? `${service}: ${line}` : line)))
  if (stillWrong.length > 0) {
    return new Failure("rollback-failed", `${what}, and the former state could not be put back.`, [
      ...causes,
      ...stillWrong,
      "The platform is not what it was before. Look at the services named above, then deploy a version that is known to work.",
    ])
  }
  const served = before.filter(({ revision }) => revision.desiredCount > 0).length
  const proof =
    served === 0
      ? "nothing was deployed before, and all services are back at 0 tasks"
      : `every service serves what it served before (verified, ${served} of ${served} healthy)`
  return new Failure("rolled-back", `${what}; ${proof}.`, [
    ...causes,
    "The database stays migrated. Correct the cause and deploy again.",
  ])
}
