import { isDeepStrictEqual } from "node:util"
import type { EnvironmentName, Service } from "../platform/manifest.ts"
import type { Report } from "../report/report.ts"
import { selectServices } from "../platform/repository.ts"
import { breakages, brokenTaskDefinition, type Breakage } from "./breakage.ts"
import { deploy, type BuildImages } from "./deploy.ts"
import { verifyService } from "./health.ts"
import { Failure, refused } from "./outcome.ts"
import { putBack } from "./put-back.ts"
import { startRollout, type Rollout } from "./rollout.ts"
import { readRunning, type Running } from "./services.ts"
import type { Target } from "./target.ts"
import { startTraffic, type Tally } from "./traffic.ts"
import { watch, type Ending } from "./watch.ts"

/** What one breakage did, and what a client noticed of it. */
export interface Trial {
  breakage: Breakage
  /** The breaker's count when it fired, and where it fires */
  failures: number
  threshold: number
  /** From UpdateService until the old revision was alone again */
  seconds: number
  /** Of the service that was broken, and of the other three together */
  broken: Tally
  others: Tally
}

/**
 * Deploys the working copy, then breaks a service in each of the ways asked for: all of them on this machine, and only
 * `crash` elsewhere unless another is named.
 */
export async function rollbackVerify(
  target: Target,
  build: BuildImages,
  options: { service: string; breakage?: Breakage },
  report: Report,
): Promise<Trial[]> {
  refuseProduction(target.environment)
  const [service] = selectServices(target.platform, options.service)
  if (target.environment === "production") {
    throw refused(
      "rollback-verify breaks a service on purpose, and does not do that in production.",
      "Use --env staging.",
    )
  }
  const kinds = options.breakage
    ? [options.breakage]
    : target.environment === "local"
      ? breakages
      : (["crash"] as const)
  await deploy(target, build, report)
  const trials: Trial[] = []
  for (const breakage of kinds) trials.push(await tryRollback(target, service!, breakage, report))
  return trials
}

/**
 * Rolls out a revision of a service that is broken on purpose, and proves that the circuit breaker fired, that the old
 * revision serves again, and that nobody else was disturbed. The environment has to be well before; it is the same after.
 * Throws a Failure that names whatever was not so.
 */
async function tryRollback(target: Target, service: Service, breakage: Breakage, report: Report): Promise<Trial> {
  const before = await readState(target)
  const running = before.services.find((running) => running.service.name === service.name)!
  const ecs = await target.aws.ecs()
  const registered = await ecs.registerTaskDefinition(brokenTaskDefinition(target, running, breakage))
  const taskDefinition = registered.taskDefinition!.taskDefinitionArn!

  report.line(service.name, `rolling out a revision that is broken on purpose: ${breakage}`)
  const stopTraffic = startTraffic(target)
  let ending: Ending
  let tallies: Map<string, Tally>
  try {
    const rollout = await startRollout(target, running, { ...running.revision, taskDefinition, version: undefined })
    ending = (await watch(target, [rollout], report))[0]!
  } finally {
    tallies = await stopTraffic()
    await ecs.deregisterTaskDefinition({ taskDefinition })
  }

  const { failures, threshold, problem: breakerProblem } = await readBreaker(target, ending.rollout)
  const trial = { breakage, failures, threshold, seconds: ending.seconds, ...divide(tallies, service) }
  const problems = [
    ...(ending.verdict.kind === "rolled-back"
      ? []
      : [`ECS did not roll the broken revision back: ${ending.verdict.kind}`]),
    ...breakerProblem,
    ...(await disturbances(target, before, service)),
    ...judgeTraffic(trial, target.platform.rollbackVerification.failedShare),
  ]
  if (problems.length > 0) throw await failure(target, before.services, breakage, problems, report)
  report.done(service.name, `${breakage}: rolled back, serves its former version`)
  return trial
}

/** Whoever asks for production means another environment; checked before anything is asked of AWS. */
export function refuseProduction(environment: EnvironmentName): void {
  if (environment !== "production") return
  throw refused(
    "rollback-verify breaks a service on purpose, and does not do that in production.",
    "Use --env staging.",
  )
}

/** What a client may have noticed: nothing of the other services, and of the broken one no more than the allowed share. */
export function judgeTraffic({ broken, others }: Pick<Trial, "broken" | "others">, failedShare: number): string[] {
  const share = broken.requests === 0 ? 1 : broken.failed / broken.requests
  return [
    ...(others.failed > 0 ? [`${others.failed} of ${others.requests} requests to the other services failed`] : []),
    ...(share > failedShare
      ? [
          `${broken.failed} of ${broken.requests} requests to the broken service failed, allowed is a share of ${failedShare}`,
        ]
      : []),
  ]
}

interface State {
  services: Running[]
  /** ARNs of the running tasks, by service */
  tasks: Map<string, string[]>
}

async function readState(target: Target): Promise<State> {
  const ecs = await target.aws.ecs()
  const { services } = target.platform
  const tasks = services.map(async ({ name }) => {
    const { taskArns } = await ecs.listTasks({ cluster: target.infrastructure.cluster, serviceName: name })
    return [name, (taskArns ?? []).sort()] as const
  })
  return { services: await readRunning(target, services), tasks: new Map(await Promise.all(tasks)) }
}

/** What differs from before: any service's revision, the others' tasks, and whether the old version really serves. */
async function disturbances(target: Target, before: State, service: Service): Promise<string[]> {
  const after = await readState(target)
  const problems = after.services.flatMap((running, index) => {
    const was = before.services[index]!
    const { name } = running.service
    const sameTasks = isDeepStrictEqual(before.tasks.get(name), after.tasks.get(name))
    return [
      ...(isDeepStrictEqual(running.revision, was.revision) ? [] : [`${name} does not run its former revision`]),
      ...(name === service.name || sameTasks ? [] : [`${name} was disturbed: its tasks were replaced`]),
    ]
  })
  const was = before.services.find((running) => running.service.name === service.name)!.revision
  const problem = await verifyService(target, service, { version: was.version!, desiredCount: was.desiredCount })
  return problem === undefined ? problems : [...problems, `${service.name}: ${problem}`]
}

async function readBreaker(
  target: Target,
  rollout: Rollout,
): Promise<{ failures: number; threshold: number; problem: string[] }> {
  if (!rollout.serviceDeploymentArn) {
    return {
      failures: 0,
      threshold: 0,
      problem: ["the role may not list service deployments, so that the breaker cannot be seen"],
    }
  }
  const ecs = await target.aws.ecs()
  const answer = await ecs.describeServiceDeployments({ serviceDeploymentArns: [rollout.serviceDeploymentArn] })
  const { status, failureCount = 0, threshold = 0 } = answer.serviceDeployments?.[0]?.deploymentCircuitBreaker ?? {}
  const problem = status === "TRIGGERED" ? [] : [`the circuit breaker did not fire: ${status ?? "none is configured"}`]
  return { failures: failureCount, threshold, problem }
}

function divide(tallies: Map<string, Tally>, service: Service): { broken: Tally; others: Tally } {
  const others = { requests: 0, failed: 0 }
  for (const [name, { requests, failed }] of tallies) {
    if (name === service.name) continue
    others.requests += requests
    others.failed += failed
  }
  return { broken: tallies.get(service.name)!, others }
}

async function failure(
  target: Target,
  before: Running[],
  breakage: Breakage,
  problems: string[],
  report: Report,
): Promise<Failure> {
  const stillWrong = await putBack(target, before, report)
  if (stillWrong.length > 0) {
    return new Failure("rollback-failed", `the rollback from ${breakage} did not hold.`, [...problems, ...stillWrong])
  }
  const what = `the rollback from ${breakage} is not what it should be; the platform serves what it served before (verified).`
  return new Failure("rolled-back", what, problems)
}
