import type { Service } from "../platform/manifest.ts"
import { short } from "../platform/version.ts"
import type { Report } from "../report/report.ts"
import { verifyService } from "./health.ts"
import { runMigration } from "./migration.ts"
import { Failure, messageOf, refused } from "./outcome.ts"
import { putBack } from "./put-back.ts"
import { planRevisions, withdraw, type PlannedRevision } from "./revisions.ts"
import { startRollout, type Rollout } from "./rollout.ts"
import { readRunning, type Running } from "./services.ts"
import type { BuiltImage, Target } from "./target.ts"
import { watch } from "./watch.ts"

/** Makes the images of services, or finds those that exist already. */
export type BuildImages = (services: Service[], report: Report) => Promise<BuiltImage[]>

/** What a deploy did to a service; `seconds` is how long ECS took to roll it out. */
export interface DeployedService {
  service: string
  version: string
  taskDefinition: string
  tasks: number
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
  const before = await readRunning(target, services)
  const images = await build(services, report)
  const planned = await planRevisions(target, before, images)

  const rollouts = await beforeAnythingServes(target, planned, async () => {
    await runMigration(
      target,
      planned.find(({ service }) => service.name === migration.service)!.to.taskDefinition,
      report,
    )
    return startRollouts(target, planned)
  })

  const { deployed, problems } = await rollOut(target, planned, rollouts, report)
  problems.push(...(await verify(target, planned, problems, report)))
  if (problems.length === 0) return deployed

  throw failure(before, problems, await putBack(target, before, report))
}

/** The steps until a service is touched: when one of them fails, the deploy leaves nothing behind. */
async function beforeAnythingServes<T>(
  target: Target,
  planned: PlannedRevision[],
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    await withdraw(target, planned)
    throw error
  }
}

/** Starts all rollouts side by side. Refuses when not a single one could be started; otherwise a problem is one service's. */
async function startRollouts(
  target: Target,
  planned: PlannedRevision[],
): Promise<{ started: Rollout[]; notStarted: Problem[] }> {
  const changed = planned.filter((plan) => plan.changed)
  const starts = await Promise.allSettled(changed.map(({ running, to }) => startRollout(target, running, to)))
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []))
  const notStarted = starts.flatMap((start, index): Problem[] => {
    if (start.status === "fulfilled") return []
    return [
      { service: changed[index]!.service.name, what: "could not be rolled out", lines: [messageOf(start.reason)] },
    ]
  })
  if (started.length === 0 && notStarted.length > 0) {
    const reasons = notStarted.map(({ service, lines }) => `${service}: ${lines.join(" ")}`)
    throw refused("no service could be rolled out.", ...reasons)
  }
  return { started, notStarted }
}

async function rollOut(
  target: Target,
  planned: PlannedRevision[],
  { started, notStarted }: { started: Rollout[]; notStarted: Problem[] },
  report: Report,
): Promise<{ deployed: DeployedService[]; problems: Problem[] }> {
  const endings = await watch(target, started, report)
  const failed = endings.flatMap(({ rollout, verdict, diagnosis }): Problem[] => {
    if (verdict.kind === "succeeded") return []
    return [{ service: rollout.service.name, what: "did not start", lines: diagnosis?.lines ?? [verdict.reason] }]
  })
  const deployed = planned.map(({ service, to, changed }) => ({
    service: service.name,
    version: to.version!,
    taskDefinition: to.taskDefinition,
    tasks: to.desiredCount,
    changed,
    seconds: endings.find(({ rollout }) => rollout.service === service)?.seconds ?? 0,
  }))
  return { deployed, problems: [...notStarted, ...failed] }
}

/** Verifies what ECS calls successful, the unchanged services too; there is nothing to verify once one has failed. */
async function verify(
  target: Target,
  planned: PlannedRevision[],
  problems: Problem[],
  report: Report,
): Promise<Problem[]> {
  if (problems.length > 0) return []
  const found = await Promise.all(
    planned.map(async ({ service, to, changed }): Promise<Problem[]> => {
      report.status(service.name, "being verified through the load balancer")
      const problem = await verifyService(target, service, { version: to.version!, desiredCount: to.desiredCount })
      if (problem === undefined) {
        report.done(service.name, `${changed ? "serves" : "unchanged, serves"} ${short(to.version!)}`)
        return []
      }
      report.failed(service.name, problem)
      return [{ service: service.name, what: "does not serve its new version", lines: [problem] }]
    }),
  )
  return found.flat()
}

function failure(before: Running[], problems: Problem[], stillWrong: string[]): Failure {
  const names = problems.map(({ service }) => service)
  const what = problems.map(({ service, what }) => `${service} ${what}`).join(", ")
  const causes = problems.flatMap(({ service, lines }) =>
    lines.map((line) => (names.length > 1 ? `${service}: ${line}` : line)),
  )
  if (stillWrong.length > 0) {
    return new Failure("rollback-failed", `${what}, and the former state could not be put back.`, [
      ...causes,
      ...stillWrong,
      "The platform is not what it was before. Look at the services named above, then deploy a version that is known to work.",
    ])
  }
  const first = before.every(({ revision }) => revision.desiredCount === 0)
  const proof = first
    ? "nothing was deployed before, and all services are back at 0 tasks"
    : `every service serves what it served before (verified, ${before.length} of ${before.length} healthy)`
  return new Failure("rolled-back", `${what}; ${proof}.`, [...causes, "Correct the cause and deploy again."])
}
