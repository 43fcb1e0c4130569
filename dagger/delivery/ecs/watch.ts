import type { ServiceDeployment } from "#aws/ecs"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { describeFailure } from "./diagnosis.ts"
import { judge, judgeByService, type Verdict } from "./judge.ts"
import { findServiceDeployment, update, type Rollout } from "./rollout.ts"
import { describeServices } from "./services.ts"
import type { Target } from "../target.ts"

/** How a rollout ended. */
export interface Ending {
  rollout: Rollout
  verdict: Exclude<Verdict, { kind: "continue" }>
  /** Why, in lines, when it did not succeed */
  causes: string[]
  /** From the start of the rollout until ECS had finished with it */
  seconds: number
}

/** What one look at a rollout showed. */
interface Sight {
  verdict: Verdict
  shown: string
}

/** DescribeServiceDeployments takes this many at once. */
const describedAtOnce = 20

/** For so long after UpdateService an answer without our deployment is taken for an old one. */
const answersLagSeconds = 30

/**
 * Watches rollouts until ECS has finished with each, all of them with one look per poll. The cause of a failure is told
 * as soon as ECS gives a deployment up, while its rollback is still under way. A rollout that takes longer than the
 * platform allows is stopped with a rollback, which ECS itself never does while tasks reach RUNNING; one that has no end
 * after twice that time is given up. A look that fails is repeated: the rollout goes on without us.
 */
export async function watch(target: Target, rollouts: Rollout[], progress: Progress): Promise<Ending[]> {
  const endings = new Map<Rollout, Ending>()
  const causes = new Map<Rollout, string[]>()
  const stopped = new Set<Rollout>()
  const { timeoutSeconds } = target.platform.rollout

  while (endings.size < rollouts.length) {
    const open = rollouts.filter((rollout) => !endings.has(rollout))
    const sights = await look(target, open).catch((error) => blind(open, messageOf(error)))
    for (const rollout of open) {
      const { name } = rollout.service
      const seconds = (target.clock.now() - rollout.startedAt) / 1000
      let { verdict } = sights.get(rollout)!
      if (verdict.kind === "continue" && seconds > 2 * timeoutSeconds) {
        verdict = { kind: "failed", reason: `ECS has not ended it after ${Math.round(seconds)} s` }
      }

      const reason = verdict.kind === "continue" ? verdict.failing : "reason" in verdict ? verdict.reason : undefined
      if (reason && !causes.has(rollout)) {
        causes.set(rollout, await describeFailure(target, rollout, reason))
        for (const line of causes.get(rollout)!) progress.line(name, line)
      }
      if (verdict.kind !== "continue") {
        endings.set(rollout, { rollout, verdict, causes: causes.get(rollout) ?? [], seconds })
        if (verdict.kind === "succeeded") progress.status(name, "rolled out")
        else progress.failed(name, verdict.kind === "rolled-back" ? "ECS rolled it back" : verdict.reason)
        continue
      }
      progress.status(name, reason ? "failed; ECS is rolling it back" : sights.get(rollout)!.shown)
      if ((reason || seconds > timeoutSeconds) && !stopped.has(rollout) && (await stop(target, rollout, reason))) {
        stopped.add(rollout)
        if (!reason) progress.line(name, `not done after ${timeoutSeconds} s; stopped with a rollback`)
      }
    }
    if (endings.size < rollouts.length) await target.clock.sleep(target.pollSeconds * 1000)
  }
  return rollouts.map((rollout) => endings.get(rollout)!)
}

const blind = (open: Rollout[], message: string): Map<Rollout, Sight> =>
  new Map(open.map((rollout) => [rollout, { verdict: { kind: "continue" }, shown: `cannot be seen: ${message}` }]))

async function look(target: Target, open: Rollout[]): Promise<Map<Rollout, Sight>> {
  await Promise.all(
    open.map(async (rollout) => (rollout.serviceDeploymentArn ??= await findServiceDeployment(target, rollout))),
  )
  const listed = open.filter((rollout) => rollout.serviceDeploymentArn !== undefined)
  const unlisted = open.filter((rollout) => rollout.serviceDeploymentArn === undefined)
  return new Map([...(await lookAtDeployments(target, listed)), ...(await lookAtServices(target, unlisted))])
}

async function lookAtDeployments(target: Target, rollouts: Rollout[]): Promise<Map<Rollout, Sight>> {
  const ecs = await target.aws.ecs()
  const sights = new Map<Rollout, Sight>()
  for (let start = 0; start < rollouts.length; start += describedAtOnce) {
    const batch = rollouts.slice(start, start + describedAtOnce)
    const { serviceDeployments } = await ecs.describeServiceDeployments({
      serviceDeploymentArns: batch.map((rollout) => rollout.serviceDeploymentArn!),
    })
    for (const rollout of batch) {
      const found = serviceDeployments?.find((item) => item.serviceDeploymentArn === rollout.serviceDeploymentArn)
      // Missing from one answer says nothing: ECS's answers lag behind each other.
      const verdict: Verdict = found ? judge(found) : { kind: "continue" }
      sights.set(rollout, { verdict, shown: found ? progressOf(found) : "rolling out" })
    }
  }
  return sights
}

async function lookAtServices(target: Target, rollouts: Rollout[]): Promise<Map<Rollout, Sight>> {
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

function progressOf(deployment: ServiceDeployment): string {
  const { runningTaskCount = 0, requestedTaskCount = 0 } = deployment.targetServiceRevision ?? {}
  const failures = deployment.deploymentCircuitBreaker?.failureCount ?? 0
  const waiting = runningTaskCount >= requestedTaskCount ? ", waiting for health checks" : ""
  const failed = failures > 0 ? `, ${failures} failed` : ""
  return `rolling out: ${runningTaskCount} of ${requestedTaskCount} running${waiting}${failed}`
}

/**
 * Ends a rollout that will not succeed. One that ECS rolls back by itself needs nothing, but for a first deployment: it has
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
