import { isDeepStrictEqual } from "node:util"
import { localEnvironment, remoteEnvironments, requireEnvironment } from "../../platform/environments.ts"
import type { EnvironmentName, Platform, Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { isRouted } from "../../platform/service.ts"
import { selectServices } from "../../platform/repository.ts"
import { breakagesOf, type Breakage } from "./breakage.ts"
import { brokenTaskDefinition } from "./broken-revision.ts"
import { deploy } from "../deploy.ts"
import { verifyService } from "../ecs/health.ts"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import { withLock } from "../lock/lock.ts"
import { restoreServices } from "../ecs/restore.ts"
import { startRollout, type Rollout } from "../ecs/rollout.ts"
import { readRunning, type Running } from "../ecs/services.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Smoke } from "../smoke.ts"
import type { Target } from "../target.ts"
import { verify } from "../verify.ts"
import { startTraffic, type Tally } from "./traffic.ts"
import { lookAs, witnessOf, type Look } from "./witness.ts"
import { watch, type Ending } from "../ecs/watch.ts"

/** What one breakage did, and what a client noticed of it. */
export interface Trial {
  breakage: Breakage
  /** What noticed it, in words: the breaker with its count, the smoke tests, or a figure */
  noticed: string
  /** From UpdateService until the old revision served alone again */
  seconds: number
  /** Of the service that was broken, and of the other three together */
  broken: Tally
  others: Tally
}

/**
 * Breaks a service in each of the ways asked for: on this machine all of them, after the working copy has been deployed to
 * it; elsewhere only `crash`, unless another is named, on what runs there, which has to be verified first and is left as it
 * was.
 */
export async function rollbackVerify(
  target: Target,
  artifacts: Artifacts,
  options: { service?: string | undefined; breakage?: Breakage | undefined },
  progress: Progress,
): Promise<Trial[]> {
  const { platform, environment } = target
  refuseTrial(platform, environment)
  const { local } = requireEnvironment(platform, environment)
  const [service] = selectServices(platform, options.service ?? defaultService(platform))
  const possible = breakagesOf(service!)
  if (options.breakage && !possible.includes(options.breakage))
    throw refused(
      isRouted(service!)
        ? `${service.name} cannot be broken by ${options.breakage}: neither node nor python starts it (start in platform.json).`
        : `${service!.name} is a worker, which has no users that ${options.breakage} could fail.`,
      `Use --breakage ${possible.join(" or ")}, or another --service.`,
    )
  const kinds = options.breakage ? [options.breakage] : local ? possible : (["crash"] as const)
  if (local) await deploy(target, artifacts, progress)
  else await verify(target, progress)
  const trials: Trial[] = []
  return withLock(target, `rollback-verify of ${service!.name}`, progress, async (lock) => {
    for (const breakage of kinds) {
      await lock.step(breakage)
      trials.push(await tryRollback(target, service!, breakage, artifacts.smoke, progress))
    }
    return trials
  })
}

/**
 * Rolls out a revision of a service that is broken on purpose, and proves that the circuit breaker fired, that the old
 * revision serves again, and that nobody else was disturbed. Throws a Failure that names whatever was not so, after it has
 * put everything back.
 */
async function tryRollback(
  target: Target,
  service: Service,
  breakage: Breakage,
  smoke: Smoke | undefined,
  progress: Progress,
): Promise<Trial> {
  const before = await readState(target)
  const running = before.services.find((running) => running.service.name === service.name)!
  const witness = await witnessOf(breakage, service, smoke)
  const ecs = await target.aws.ecs()
  const registered = await ecs.registerTaskDefinition(brokenTaskDefinition(target, running, breakage))
  const taskDefinition = registered.taskDefinition!.taskDefinitionArn!
  const broken = { ...running.revision, taskDefinition, version: undefined }

  progress.line(service.name, `rolling out a revision that is broken on purpose: ${breakage}`)
  const byBreaker = witness === "breaker"
  const traffic = startTraffic(target, byBreaker || witness === "verification" ? [] : [service.name])
  const problems: string[] = []
  const trial: Trial = { breakage, noticed: "nothing", seconds: 0, broken: noCalls(), others: noCalls() }
  try {
    if (witness === "watch") await traffic.called(service, comparedRequests)
    const changedAt = target.clock.now()
    const [ending] = await watch(target, [await startRollout(target, running, broken)], progress)
    if (byBreaker) problems.push(...judgeEnding(ending!), ...(await judgeBreaker(target, ending!.rollout, trial)))
    else {
      problems.push(...(await judgeWitness(target, ending!, { witness, smoke, changedAt }, trial, progress)))
      problems.push(...(await restoreServices(target, before.services, [taskDefinition], progress)))
    }
    trial.seconds = (target.clock.now() - changedAt) / 1000
    problems.push(...(await disturbances(target, before, service)))
  } catch (error) {
    problems.push(messageOf(error))
  }
  Object.assign(trial, divide(await traffic.stop(), service))
  // Until it has been noticed, its users have been failed: the figure is told, and is no problem.
  const allowed = byBreaker && isRouted(service) ? target.platform.rollbackVerification.failedShare : 1
  problems.push(...judgeTraffic(trial, allowed))
  if (problems.length > 0) {
    const restored = restoreServices(target, before.services, [taskDefinition], progress)
    throw failure(breakage, problems, await restored.catch((error) => [messageOf(error)]))
  }
  progress.done(service.name, `${breakage}: rolled back, serves its former version`)
  return trial
}

const noCalls = (): Tally => ({ requests: 0, failed: 0 })

/** Anything but a rollback by ECS itself is a problem. */
function judgeEnding({ verdict }: Pick<Ending, "verdict">): string[] {
  if (verdict.kind === "rolled-back") return []
  return [
    `ECS did not roll the broken revision back: ${verdict.kind === "failed" ? verdict.reason : "it calls it a success"}`,
  ]
}

/** Requests before a revision is broken, for its figures to be compared with */
const comparedRequests = 100

/** Has what comes after a roll-out look at a revision that ECS takes for healthy. */
async function judgeWitness(
  target: Target,
  { verdict, rollout, worse, causes }: Ending,
  look: Look,
  trial: Trial,
  progress: Progress,
): Promise<string[]> {
  if (!worse && verdict.kind !== "succeeded") return [`ECS noticed what answers its health: ${verdict.reason}`]
  const noticed = worse ? causes[0] : await lookAs(target, rollout, trial.breakage, look, progress)
  if (!noticed) return [`nobody noticed ${trial.breakage} of ${rollout.service.name}`]
  trial.noticed = noticed
  return []
}

/** Whoever asks for an environment with an approval means another one; checked before anything is asked of AWS. */
export function refuseTrial(platform: Platform, environment: EnvironmentName): void {
  const { promotesFrom, approval } = requireEnvironment(platform, environment)
  if (!approval) return
  const others = remoteEnvironments(platform).filter(({ approval }) => !approval)
  const other = others.find(({ name }) => name === promotesFrom) ?? others[0] ?? localEnvironment(platform)
  throw refused(
    `rollback-verify breaks a service on purpose, and does not do that in ${environment}.`,
    `Use --env ${other.name}.`,
  )
}

/** The first service with users that does not migrate the database; a platform of one service has that one. */
const defaultService = ({ services, migration }: Platform): string =>
  (services.find((service) => isRouted(service) && service.name !== migration?.service) ?? services[0]!).name

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
  const { taskDefinition, version } = before.services.find((running) => running.service.name === service.name)!.revision
  const { problem } = await verifyService(target, service, { taskDefinition, version: version! })
  return problem === undefined ? problems : [...problems, `${service.name}: ${problem}`]
}

/** Whether the circuit breaker fired; notes its count in the trial. */
async function judgeBreaker(target: Target, rollout: Rollout, trial: Trial): Promise<string[]> {
  if (!rollout.serviceDeploymentArn) return ["ECS lists no service deployment, so that the breaker cannot be seen"]
  const ecs = await target.aws.ecs()
  const answer = await ecs.describeServiceDeployments({ serviceDeploymentArns: [rollout.serviceDeploymentArn] })
  const { status, failureCount = 0, threshold = 0 } = answer.serviceDeployments?.[0]?.deploymentCircuitBreaker ?? {}
  trial.noticed = `the breaker, at ${failureCount} of ${threshold}`
  return status === "TRIGGERED" ? [] : [`the circuit breaker did not fire: ${status ?? "none is configured"}`]
}

function divide(tallies: Map<string, Tally>, service: Service): { broken: Tally; others: Tally } {
  const others = noCalls()
  for (const [name, { requests, failed }] of tallies) {
    if (name === service.name) continue
    others.requests += requests
    others.failed += failed
  }
  return { broken: tallies.get(service.name)!, others }
}

function failure(breakage: Breakage, problems: string[], stillWrong: string[]): Failure {
  if (stillWrong.length > 0) {
    return new Failure("rollback-failed", `the rollback from ${breakage} did not hold.`, [...problems, ...stillWrong])
  }
  const what = `the rollback from ${breakage} is not what it should be; the platform serves what it served before (verified).`
  return new Failure("rolled-back", what, problems)
}
