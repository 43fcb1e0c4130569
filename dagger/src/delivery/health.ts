import type { TargetHealthDescription } from "#aws/elb"
import type { Service } from "../platform/manifest.ts"
import { short } from "../platform/version.ts"
import { messageOf } from "./outcome.ts"
import type { Target } from "./target.ts"

/** What a health route answers. */
interface HealthAnswer {
  status: number
  body: { status?: string; version?: string; database?: string }
}

/** Bounds one health request, in milliseconds. */
const requestTimeout = 5000

/**
 * Proves that a service serves a version: as many healthy targets as are desired, and health and version over HTTP
 * through the load balancer. Tries as often as the manifest says; returns what was wrong at the last attempt, or
 * undefined when all is well.
 */
export async function verifyService(
  target: Target,
  service: Service,
  expected: { version: string; desiredCount: number },
): Promise<string | undefined> {
  const { attempts, intervalSeconds } = target.platform.verification
  let problem: string | undefined
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await target.clock.sleep(intervalSeconds * 1000)
    problem = await look(target, service, expected).catch(messageOf)
    if (problem === undefined) return undefined
  }
  return `${problem} (${attempts} attempts, ${intervalSeconds} s apart)`
}

async function look(
  target: Target,
  service: Service,
  expected: { version: string; desiredCount: number },
): Promise<string | undefined> {
  const elb = await target.aws.elb()
  const targets = await elb.describeTargetHealth({ TargetGroupArn: target.infrastructure.targetGroups[service.name] })
  const unhealthy = judgeTargets(targets.TargetHealthDescriptions ?? [], expected.desiredCount)
  if (unhealthy) return unhealthy
  // The load balancer takes the targets in turn; as many requests as targets see each of them.
  for (let request = 0; request < expected.desiredCount; request++) {
    const problem = judgeAnswer(await requestHealth(target, service), expected.version)
    if (problem) return problem
  }
  return undefined
}

/** What is wrong with a target group's targets; those that drain still finish old requests and do not count. */
export function judgeTargets(targets: TargetHealthDescription[], desiredCount: number): string | undefined {
  const serving = targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy")
  if (serving.length >= desiredCount) return undefined
  const others = targets.map(({ TargetHealth }) => TargetHealth?.Description ?? TargetHealth?.State)
  return `${serving.length} of ${desiredCount} targets are healthy${others.length > 0 ? `: ${[...new Set(others)].join(", ")}` : ""}`
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
  const url = `${target.infrastructure.loadBalancerUrl}${service.path}/health`
  const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeout), redirect: "error" })
  const body = (await response.json().catch(() => ({}))) as HealthAnswer["body"]
  return { status: response.status, body }
}
