import type { ServiceDeployment } from "#aws/ecs"
import type { Report } from "../report/report.ts"
import { describeFailure, type Diagnosis } from "./diagnosis.ts"
import { judge, judgeByService, type Verdict } from "./judgement.ts"
import { update, type Rollout } from "./rollout.ts"
import { describeServices } from "./services.ts"
import type { Target } from "./target.ts"

/** How a rollout ended, and why when it did not succeed. */
export interface Ending {
  rollout: Rollout
  verdict: Exclude<Verdict, { kind: "continue" }>
  diagnosis?: Diagnosis
  /** From the start of the rollout until ECS had finished with it */
  seconds: number
}

/** DescribeServiceDeployments takes this many at once. */
const describedAtOnce = 20

/**
 * Watches rollouts until ECS has finished with each, all of them with one look per poll. The cause of a failure is told
 * as soon as ECS gives a deployment up, while its rollback is still under way. Rollouts that take longer than the
 * platform allows are stopped with a rollback: ECS itself would go on for as long as tasks reach RUNNING.
 */
export async function watch(target: Target, rollouts: Rollout[], report: Report): Promise<Ending[]> {
  const endings = new Map<Rollout, Ending>()
  const diagnoses = new Map<Rollout, Diagnosis>()
  const stopped = new Set<Rollout>()
  const { timeoutSeconds } = target.platform.rollout

  for (;;) {
    const open = rollouts.filter((rollout) => !endings.has(rollout))
    if (open.length === 0) return rollouts.map((rollout) => endings.get(rollout)!)
    const answers = await look(target, open)

    for (const rollout of open) {
      const { verdict, progress } = answers.get(rollout)!
      const seconds = (target.clock.now() - rollout.startedAt) / 1000
      const name = rollout.service.name
      const failure = verdict.kind === "continue" ? verdict.failing : "reason" in verdict ? verdict.reason : undefined

      if (failure && !diagnoses.has(rollout)) {
        const diagnosis = await describeFailure(target, rollout, failure)
        diagnoses.set(rollout, diagnosis)
        for (const line of diagnosis.lines) report.line(name, line)
        // A first deployment has nothing to go back to: ECS would try to run the placeholder, and never come to an end.
        if (rollout.from.desiredCount === 0) await update(target, rollout.service, { desiredCount: 0 })
      }
      if (verdict.kind !== "continue") {
        endings.set(rollout, { rollout, verdict, diagnosis: diagnoses.get(rollout), seconds })
        if (verdict.kind === "succeeded") report.status(name, "rolled out")
        else report.failed(name, verdict.kind === "rolled-back" ? "ECS rolled it back" : verdict.reason)
        continue
      }
      report.status(name, failure ? "failed; ECS is rolling it back" : progress)
      if (seconds > timeoutSeconds && !stopped.has(rollout)) {
        stopped.add(rollout)
        report.line(name, `not done after ${timeoutSeconds} s; stopping it with a rollback`)
        await stop(target, rollout)
      }
    }
    if (endings.size < rollouts.length) await target.clock.sleep(target.pollSeconds * 1000)
  }
}

async function look(target: Target, open: Rollout[]): Promise<Map<Rollout, { verdict: Verdict; progress: string }>> {
  const answers = new Map<Rollout, { verdict: Verdict; progress: string }>()
  const ecs = await target.aws.ecs()
  const known = open.filter((rollout) => rollout.serviceDeploymentArn !== undefined)
  for (let start = 0; start < known.length; start += describedAtOnce) {
    const batch = known.slice(start, start + describedAtOnce)
    const answer = await ecs.describeServiceDeployments({
      serviceDeploymentArns: batch.map((rollout) => rollout.serviceDeploymentArn!),
    })
    for (const rollout of batch) {
      const deployment = answer.serviceDeployments?.find(
        (item) => item.serviceDeploymentArn === rollout.serviceDeploymentArn,
      )
      answers.set(
        rollout,
        deployment
          ? { verdict: judge(deployment), progress: progressOf(deployment) }
          : { verdict: { kind: "failed", reason: "ECS no longer knows the service deployment" }, progress: "" },
      )
    }
  }
  const unknown = open.filter((rollout) => rollout.serviceDeploymentArn === undefined)
  const services = await describeServices(
    target,
    unknown.map((rollout) => rollout.service.name),
  )
  for (const rollout of unknown) {
    const service = services.get(rollout.service.name)
    const verdict: Verdict = service
      ? judgeByService(service, rollout)
      : { kind: "failed", reason: "the service is gone" }
    answers.set(rollout, { verdict, progress: "rolling out" })
  }
  return answers
}

function progressOf(deployment: ServiceDeployment): string {
  const { runningTaskCount = 0, requestedTaskCount = 0 } = deployment.targetServiceRevision ?? {}
  const failures = deployment.deploymentCircuitBreaker?.failureCount ?? 0
  return `rolling out: ${runningTaskCount} of ${requestedTaskCount} running${failures > 0 ? `, ${failures} failed` : ""}`
}

async function stop(target: Target, rollout: Rollout): Promise<void> {
  if (rollout.serviceDeploymentArn === undefined) {
    const { taskDefinition, desiredCount } = rollout.from
    await update(target, rollout.service, { taskDefinition, desiredCount })
    return
  }
  const ecs = await target.aws.ecs()
  await ecs
    .stopServiceDeployment({ serviceDeploymentArn: rollout.serviceDeploymentArn, stopType: "ROLLBACK" })
    .catch((error: Error) => {
      // ECS came to an end of its own between our look and our call; the next look tells which.
      if (error.name !== "ConflictException") throw error
    })
}
