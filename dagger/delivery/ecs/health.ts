import type { TargetHealthDescription } from "#aws/elb"
import { messageOf } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import { short } from "../../platform/version.ts"
import { until } from "../poll.ts"
import { readTargets } from "./target-groups.ts"
import { readRunning } from "./services.ts"
import type { Target } from "../target.ts"

/** What a health route answers. */
interface HealthAnswer {
  status: number
  body: { status?: string; version?: string | undefined; database?: string | undefined }
}

/** What a verification saw at its last attempt; `problem` is absent when all was well. */
export interface Verified {
  healthyTargets: number
  desiredCount: number
  problem?: string | undefined
}

/** Bounds one health request, in milliseconds. */
const requestTimeout = 5000

/**
 * Proves that a service serves a revision: it is the PRIMARY one with tasks, as many targets as tasks are healthy, and
 * health and version are right over HTTP through the load balancer. Tries as often as the manifest says.
 */
export async function verifyService(
  target: Target,
  service: Service,
  expected: { taskDefinition: string; version: string },
): Promise<Verified> {
  const { attempts, intervalSeconds } = target.platform.verification
  const seen = await until(
    target.clock,
    { everySeconds: intervalSeconds, attempts },
    () => look(target, service, expected).catch(unseen),
    ({ problem }) => problem === undefined,
  )
  if (seen.problem === undefined) return seen
  return { ...seen, problem: `${seen.problem} (${attempts} attempts, ${intervalSeconds} s apart)` }
}

const unseen = (error: unknown): Verified => ({ healthyTargets: 0, desiredCount: 0, problem: messageOf(error) })

async function look(
  target: Target,
  service: Service,
  expected: { taskDefinition: string; version: string },
): Promise<Verified> {
  const [running] = await readRunning(target, [service])
  const { taskDefinition, desiredCount } = running!.revision
  const targets = await readTargets(target, service.name)
  const healthyTargets = targets.filter(isHealthy).length
  const problem =
    taskDefinition === expected.taskDefinition
      ? (judgeTargets(targets, desiredCount) ?? (await askAll(target, service, expected.version, desiredCount)))
      : `ECS runs ${taskDefinition}, expected ${expected.taskDefinition}`
  return { healthyTargets, desiredCount, problem }
}

/** As many requests as there are tasks: the load balancer spreads them. */
async function askAll(target: Target, service: Service, version: string, tasks: number): Promise<string | undefined> {
  for (let request = 0; request < tasks; request++) {
    const problem = judgeAnswer(await requestHealth(target, service), version)
    if (problem) return problem
  }
  return undefined
}

export const isHealthy = ({ TargetHealth }: TargetHealthDescription): boolean => TargetHealth?.State === "healthy"

/** What is wrong with a target group's targets; those that drain still finish old requests and do not count. */
export function judgeTargets(targets: TargetHealthDescription[], desiredCount: number): string | undefined {
  if (desiredCount === 0) return "no task is desired"
  const healthy = targets.filter(isHealthy).length
  if (healthy >= desiredCount) return undefined
  const others = targets
    .filter((target) => !isHealthy(target))
    .map(({ TargetHealth }) => TargetHealth?.Description ?? TargetHealth?.State)
  return `${healthy} of ${desiredCount} targets are healthy${others.length > 0 ? `: ${[...new Set(others)].join(", ")}` : ""}`
}

/** What is wrong with an answer of the health route: the version counts as much as the status. */
export function judgeAnswer({ status, body }: HealthAnswer, version: string): string | undefined {
  if (status !== 200 || body.status !== "ok") {
    return `health answers ${status}: ${body.status ?? "no status"}, database ${body.database ?? "unknown"}`
  }
  if (body.version !== version) {
    return `health answers version ${body.version ? short(body.version) : "none"}, expected ${short(version)}`
  }
  return undefined
}

async function requestHealth(target: Target, service: Service): Promise<HealthAnswer> {
  const url = `${target.infrastructure.publicUrl}${service.path}/health`
  const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeout), redirect: "error" })
  const body = (await response.json().catch(() => ({}))) as HealthAnswer["body"]
  return { status: response.status, body }
}
