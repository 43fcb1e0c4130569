import type { Task } from "#aws/ecs"
import type { TargetHealthDescription } from "#aws/elb"
import { messageOf } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import { isRouted, type Health, type Routed } from "../../platform/service.ts"
import { short } from "../../platform/version.ts"
import { until } from "../poll.ts"
import { get } from "../request.ts"
import { readTargets } from "./target-groups.ts"
import { readRunning } from "./services.ts"
import type { Target } from "../target.ts"

/** What a health route answers. */
interface HealthAnswer {
  status: number
  /** Of its content */
  type: string
  headers: Pick<Headers, "get">
  body: string
}

/** What a verification saw at its last attempt; `problem` is absent when all was well. */
export interface Verified {
  healthyTargets: number
  desiredCount: number
  problem?: string | undefined
}

/**
 * Proves that a service serves a revision: it is the PRIMARY one with tasks, as many targets as tasks are healthy, and
 * health and version are right over HTTP through the load balancer. A worker's tasks run, and are healthy where they say so.
 * Tries as often as the manifest says.
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
  const { healthy: healthyTargets, problem } = await lookAtTasks(target, service, taskDefinition, desiredCount)
  if (taskDefinition !== expected.taskDefinition)
    return { healthyTargets, desiredCount, problem: `ECS runs ${taskDefinition}, expected ${expected.taskDefinition}` }
  if (problem !== undefined || !isRouted(service)) return { healthyTargets, desiredCount, problem }
  return { healthyTargets, desiredCount, problem: await askAll(target, service, expected.version, desiredCount) }
}

/** How many of a service's tasks are healthy, and what is wrong with them: by its target group, or a worker's by themselves. */
export async function lookAtTasks(
  target: Target,
  service: Service,
  taskDefinition: string,
  desiredCount: number,
): Promise<{ healthy: number; problem: string | undefined }> {
  if (!isRouted(service)) return lookAtWorker(target, service, taskDefinition, desiredCount)
  const targets = await readTargets(target, service.name)
  return { healthy: targets.filter(isHealthy).length, problem: judgeTargets(targets, desiredCount) }
}

/** ECS describes at most a hundred tasks at once. */
const describedAtOnce = 100

async function lookAtWorker(target: Target, { name, healthCheck }: Service, taskDefinition: string, desired: number) {
  const ecs = await target.aws.ecs()
  const { cluster } = target.infrastructure
  const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName: name, desiredStatus: "RUNNING" })
  const { tasks = [] } =
    taskArns.length > 0 ? await ecs.describeTasks({ cluster, tasks: taskArns.slice(0, describedAtOnce) }) : {}
  const healthy = tasks.filter((task) => isWorking(task, taskDefinition, healthCheck !== undefined)).length
  const what = healthCheck ? "tasks are healthy" : "tasks run"
  const problem =
    desired === 0 ? "no task is desired" : healthy < desired ? `${healthy} of ${desired} ${what}` : undefined
  return { healthy, problem }
}

const isWorking = (task: Task, taskDefinition: string, checked: boolean): boolean =>
  task.taskDefinitionArn === taskDefinition &&
  task.lastStatus === "RUNNING" &&
  (!checked || task.healthStatus === "HEALTHY")

/** As many requests as there are tasks: the load balancer spreads them. */
async function askAll(target: Target, service: Routed, version: string, tasks: number): Promise<string | undefined> {
  for (let request = 0; request < tasks; request++) {
    const problem = judgeAnswer(await requestHealth(target, service), service, version)
    if (problem) return problem
  }
  return undefined
}

const isHealthy = ({ TargetHealth }: TargetHealthDescription): boolean => TargetHealth?.State === "healthy"

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
export function judgeAnswer(
  answer: HealthAnswer,
  { name, route: { health } }: { name: string; route: { health: Health } },
  version: string,
): string | undefined {
  const { status, type, body } = answer
  if (status !== 200) return `health answers ${status}${saidIn(body)}`
  if (/\bhtml\b/.test(type))
    return `health answers a page (${type}): ${health.path} is no health route, correct services.${name}.health.path in platform.json`
  if (!health.version) return undefined
  const told = versionIn(answer, health.version)
  if (told === version) return undefined
  return `health answers version ${told ? short(told) : `none in ${placeOf(health.version)}`}, expected ${short(version)}`
}

const placeOf = (where: NonNullable<Health["version"]>): string =>
  "json" in where ? `the field ${where.json} of JSON` : `the header ${where.header}`

function versionIn({ headers, body }: HealthAnswer, where: NonNullable<Health["version"]>): string | undefined {
  if ("header" in where) return headers.get(where.header) ?? undefined
  // A field below others, as in build.version.
  const fields = where.json.split(".")
  const value = fields.reduce<unknown>(
    (inside, field) => (inside as Record<string, unknown> | null)?.[field],
    parse(body),
  )
  return typeof value === "string" ? value : undefined
}

/** What an answer says that is none of health, as far as a line has room for it. */
function saidIn(body: string): string {
  const { status, database } = parse(body) as { status?: unknown; database?: unknown }
  if (typeof status === "string") return `: ${status}${typeof database === "string" ? `, database ${database}` : ""}`
  const [line = ""] = body.trim().split("\n")
  return line === "" || line.startsWith("<") ? "" : `: ${line.slice(0, 100)}`
}

function parse(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

async function requestHealth(target: Target, { route: { health, host } }: Routed): Promise<HealthAnswer> {
  const { status, headers, body } = await get(target, health.path, { host })
  return { status, type: headers.get("content-type") ?? "", headers, body }
}
