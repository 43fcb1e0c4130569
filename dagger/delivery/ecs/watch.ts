import type { ServiceDeployment } from "#aws/ecs"
import { areExpired } from "../../aws/clients.ts"
import { messageOf } from "../../platform/failure.ts"
import type { Progress, TaskCounts } from "../../platform/progress.ts"
import { describeFailure } from "./diagnosis.ts"
import { judge, judgeByService, type Verdict } from "./judge.ts"
import { requireEnvironment } from "../../platform/environments.ts"
import { compareSides } from "./sides.ts"
import { shiftSeconds } from "./strategy.ts"
import { until } from "../poll.ts"
import { findServiceDeployment, tellsLess, update, type Rollout } from "./rollout.ts"
import { describeServices } from "./services.ts"
import type { Target } from "../target.ts"

/** How a roll-out ended. */
export interface Ending {
  rollout: Rollout
  verdict: Exclude<Verdict, { kind: "continue" }>
  /** Why, in lines, when it did not succeed */
  causes: string[]
  /** Whether it was ended early because its users were served worse than those of the old tasks */
  worse: boolean
  /** From the start of the roll-out until ECS had finished with it */
  seconds: number
}

/** A roll-out while it is watched. */
interface Watched {
  rollout: Rollout
  /** Why it fails, once ECS has given it up */
  causes?: string[]
  /** Whether that is because its users are served worse than those of the old tasks */
  worse: boolean
  /** Whether we have asked ECS to end it */
  stopped: boolean
  ending?: Ending
}

/** A roll-out's status, as one look has shown it. */
interface Status {
  verdict: Verdict
  /** For people */
  shown: string
  /** Why it is to be ended early, a line each */
  worse?: string[]
  /** Of our revision; absent where ECS does not tell */
  tasks?: TaskCounts
}

/** DescribeServiceDeployments takes this many at once. */
const describedAtOnce = 20

/** For so long after UpdateService an answer without our deployment is taken for an old one. */
const answersLagSeconds = 30

/**
 * Watches roll-outs until ECS has finished with each, all of them with one look per poll. The cause of a failure is told
 * as soon as ECS gives a deployment up, while its rollback is still under way. A roll-out that takes longer than the
 * platform allows is stopped with a rollback, which ECS itself never does while tasks reach RUNNING; one that has no end
 * after twice that time is given up. A look that fails is repeated, unless our credentials have expired: the roll-out goes on without us.
 */
export async function watch(target: Target, rollouts: Rollout[], progress: Progress): Promise<Ending[]> {
  const watched = rollouts.map((rollout): Watched => ({ rollout, stopped: false, worse: false }))
  const open = () => watched.filter(({ ending }) => !ending)
  await until(
    target.clock,
    { everySeconds: target.pollSeconds },
    async () => {
      const underWay = open().map(({ rollout }) => rollout)
      const found = await look(target, underWay).catch((error) => unseen(underWay, error))
      for (const one of open()) await follow(target, one, found.get(one.rollout)!, progress)
    },
    () => open().length === 0,
  )
  return watched.map(({ ending }) => ending!)
}

/** Tells what a look has shown of a roll-out, and stops one that will not succeed. */
async function follow(
  target: Target,
  one: Watched,
  { verdict, shown, tasks, worse = [] }: Status,
  progress: Progress,
): Promise<void> {
  const { rollout } = one
  const { name } = rollout.service
  if (tasks) progress.tasks?.(name, tasks)
  const timeoutSeconds = timeoutOf(target)
  const seconds = (target.clock.now() - rollout.startedAt) / 1000
  if (verdict.kind === "continue" && seconds > 2 * timeoutSeconds) {
    verdict = { kind: "failed", reason: `ECS has not ended it after ${Math.round(seconds)} s` }
  }
  const reason = verdict.kind === "continue" ? verdict.failing : "reason" in verdict ? verdict.reason : undefined
  if (worse.length > 0 && !one.causes) {
    one.causes = worse
    one.worse = true
    progress.line(name, worse[0]!)
  }
  if (reason && !one.causes) {
    one.causes = await describeFailure(target, rollout, reason)
    // The rest of it is the failure's to tell.
    progress.line(name, one.causes[0]!)
  }
  if (verdict.kind !== "continue") {
    one.ending = { rollout, verdict, causes: one.causes ?? [], worse: one.worse, seconds }
    if (verdict.kind === "succeeded") return progress.status(name, "rolled out")
    return progress.failed(name, verdict.kind === "rolled-back" ? "ECS rolled it back" : verdict.reason)
  }
  progress.status(name, reason ? "failed; ECS is rolling it back" : shown)
  if (one.stopped || !(reason || worse.length > 0 || seconds > timeoutSeconds)) return
  one.stopped = await stop(target, rollout, reason)
  if (one.stopped && !reason && worse.length === 0)
    progress.line(name, `not done after ${timeoutSeconds} s; stopped with a rollback`)
}

/** Seconds that a roll-out may take: those of the platform, and those that the strategy takes by itself. */
const timeoutOf = ({ platform, environment }: Target): number =>
  platform.rollout.timeoutSeconds + shiftSeconds(requireEnvironment(platform, environment).strategy)

const unseen = (open: Rollout[], error: unknown): Map<Rollout, Status> => {
  const shown = `cannot be seen: ${messageOf(error)}`
  const verdict: Verdict = areExpired(error) ? { kind: "failed", reason: shown } : { kind: "continue" }
  return new Map(open.map((rollout) => [rollout, { verdict, shown }]))
}

async function look(target: Target, open: Rollout[]): Promise<Map<Rollout, Status>> {
  await Promise.all(
    open.map(async (rollout) => {
      if (!rollout.serviceDeploymentArn) await findServiceDeployment(target, rollout)
    }),
  )
  const listed = open.filter((rollout) => rollout.serviceDeploymentArn !== undefined)
  const unlisted = open.filter((rollout) => rollout.serviceDeploymentArn === undefined)
  const described = await lookAtDeployments(target, listed).catch((error) => {
    if (!tellsLess(error)) throw error
    return lookAtServices(target, listed)
  })
  return new Map([...described, ...(await lookAtServices(target, unlisted))])
}

async function lookAtDeployments(target: Target, rollouts: Rollout[]): Promise<Map<Rollout, Status>> {
  const ecs = await target.aws.ecs()
  const statuses = new Map<Rollout, Status>()
  for (let start = 0; start < rollouts.length; start += describedAtOnce) {
    const batch = rollouts.slice(start, start + describedAtOnce)
    const { serviceDeployments } = await ecs.describeServiceDeployments({
      serviceDeploymentArns: batch.map((rollout) => rollout.serviceDeploymentArn!),
    })
    for (const rollout of batch) {
      const found = serviceDeployments?.find((item) => item.serviceDeploymentArn === rollout.serviceDeploymentArn)
      // Missing from one answer says nothing: ECS's answers lag behind each other.
      const verdict: Verdict = found ? judge(found) : { kind: "continue" }
      const tasks = found && tasksOf(found)
      const sides = await compareSides(target, rollout, found?.lifecycleStage).catch(() => undefined)
      const shown = sides?.shown ?? (tasks ? progressOf(tasks) : "rolling out")
      statuses.set(rollout, { verdict, shown, worse: sides?.worse ?? [], ...(tasks && { tasks }) })
    }
  }
  return statuses
}

async function lookAtServices(target: Target, rollouts: Rollout[]): Promise<Map<Rollout, Status>> {
  const services = await describeServices(
    target,
    rollouts.map(({ service }) => service.name),
  )
  return new Map(
    rollouts.map((rollout) => {
      const service = services.get(rollout.service.name)
      const settled = target.clock.now() - rollout.startedAt > answersLagSeconds * 1000
      rollout.seen ||= settled || service?.deployments?.some(({ id }) => id === rollout.deploymentId)
      const verdict: Verdict = service
        ? judgeByService(service, rollout)
        : { kind: "failed", reason: "the service is gone" }
      return [rollout, { verdict, shown: "rolling out" }]
    }),
  )
}

function tasksOf({ targetServiceRevision, deploymentCircuitBreaker }: ServiceDeployment): TaskCounts {
  const { requestedTaskCount = 0, pendingTaskCount = 0, runningTaskCount = 0 } = targetServiceRevision ?? {}
  const failed = deploymentCircuitBreaker?.failureCount ?? 0
  return { desired: requestedTaskCount, pending: pendingTaskCount, running: runningTaskCount, failed }
}

function progressOf({ desired, running, failed }: TaskCounts): string {
  const waiting = running >= desired ? ", waiting for health checks" : ""
  return `rolling out: ${running} of ${desired} running${waiting}${failed > 0 ? `, ${failed} failed` : ""}`
}

/**
 * Ends a roll-out that will not succeed. One that ECS rolls back by itself needs nothing, but for a first deployment: it has
 * nothing to go back to, and ECS would try to run the placeholder for ever. False when ECS did not take it: ask again.
 */
async function stop(target: Target, rollout: Rollout, failing: string | undefined): Promise<boolean> {
  const { taskDefinition, desiredCount } = rollout.from
  try {
    if (desiredCount === 0) {
      await update(target, rollout.service, { desiredCount: 0 })
    } else if (!failing && rollout.serviceDeploymentArn === undefined) {
      await update(target, rollout.service, { taskDefinition })
    } else if (!failing) {
      const ecs = await target.aws.ecs()
      const { serviceDeploymentArn } = rollout
      await ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: "ROLLBACK" })
    }
    return true
  } catch {
    return false
  }
}
