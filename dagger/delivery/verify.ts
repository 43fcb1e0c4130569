import pMap from "p-map"
import { servicesAtATime } from "./concurrency.ts"
import { Failure } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { brokenOnPurpose } from "./rollback-verify/breakage.ts"
import { verifyService, type Verified } from "./ecs/health.ts"
import { readRunning, type Running } from "./ecs/services.ts"
import { currentRelease } from "./site/releases.ts"
import { verifySite } from "./site/verify-site.ts"
import { smokeProblems, type Smoke } from "./smoke.ts"
import type { Target } from "./target.ts"
import { trace } from "./trace.ts"

/** What a verification saw of a service. */
interface VerifiedService extends Verified {
  service: string
  version: string
  taskDefinition: string
  /** Whether a request of our own was looked for in its log, as its sample lets us */
  traced: boolean
}

/** What a verification saw of an environment. */
export interface Verification {
  services: VerifiedService[]
  /** Id of the release that the site serves; absent without a site */
  site?: string | undefined
  url: string
}

/**
 * Proves that an environment serves what it says that it runs: each service as a deploy verifies it, its log by a request of
 * our own that is found there, its smoke tests if it serves, and the site. Changes nothing. Throws a Failure with all that is
 * not so.
 */
export async function verify(target: Target, progress: Progress, smoke?: Smoke): Promise<Verification> {
  const { platform, infrastructure, environment } = target
  const running = await readRunning(target, platform.services)
  const services = await pMap(running, (service) => look(target, service, progress), servicesAtATime)
  const problems = services.flatMap(({ service, problem }) => (problem ? [`${service}: ${problem}`] : []))
  if (smoke) {
    const serving = new Map(
      services.filter(({ problem }) => !problem).map(({ service, version }) => [service, version]),
    )
    const failed = await smokeProblems(target, smoke, serving, progress)
    problems.push(...failed.map(({ subject, what, lines }) => [`${subject} ${what}`, ...lines].join("; ")))
  }

  let site: string | undefined
  if (infrastructure.site) {
    site = await currentRelease(target)
    const problem = site ? await verifySite(target, site) : "no release has been deployed"
    if (problem) problems.push(`site: ${problem}`)
    if (problem) progress.failed("site", problem)
    else progress.done("site", `serves ${site}`)
  }
  if (problems.length > 0) throw new Failure("not-verified", `${environment} is not what it should be.`, problems)
  return { services, site, url: infrastructure.site?.url ?? infrastructure.publicUrl }
}

async function look(target: Target, { service, revision }: Running, progress: Progress): Promise<VerifiedService> {
  const { taskDefinition, version, desiredCount } = revision
  const seen = {
    service: service.name,
    version: version ?? "none",
    taskDefinition,
    healthyTargets: 0,
    desiredCount,
    traced: false,
  }
  progress.status(service.name, "being verified")
  const problem = problemWith(version, desiredCount)
  const verified = problem ? { problem } : await verifyService(target, service, { taskDefinition, version: version! })
  const { sample: path, host } = service.route ?? {}
  const traced = path !== undefined
  const problemOfLog = traced && !verified.problem ? await trace(target, service.name, { path, host }) : undefined
  const found = { ...seen, ...verified, traced, problem: verified.problem ?? problemOfLog }
  if (found.problem) progress.failed(service.name, found.problem)
  else progress.done(service.name, traced ? "serves, and its log is found" : "serves")
  return found
}

function problemWith(version: string | undefined, desiredCount: number): string | undefined {
  if (desiredCount === 0) return "nothing is deployed, 0 tasks are desired"
  if (version === undefined) return "runs a task definition that names no version: it was not deployed by this module"
  return version.startsWith(brokenOnPurpose)
    ? `runs a revision that rollback-verify left behind (${version})`
    : undefined
}
