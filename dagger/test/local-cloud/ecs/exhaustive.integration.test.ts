import { expect, test } from "vitest"
import { reduce, type Input } from "../../../local-cloud/ecs/reduce.ts"
import { ceiling, floor } from "../../../local-cloud/ecs/scheduler/capacity.ts"
import { isFinished } from "../../../local-cloud/ecs/scheduler/deployments.ts"
import { emptyState, type Service, type State } from "../../../local-cloud/ecs/state.ts"
import type { Effect } from "../../../local-cloud/ecs/step.ts"
import { wakeTime } from "../../../local-cloud/ecs/wake-time.ts"
import { breaker, check } from "./world.ts"

/** What is to happen is chosen one by one: containers do nothing by themselves. */
interface Node {
  state: State
  now: number
  /** What the reducer has asked for, the first first */
  asked: Effect[]
  running: string[]
}

interface Setting {
  desiredCounts: number[]
  minimumHealthyPercent: number
  maximumPercent: number
}

const longest = 6
/** From all that can have happened in so many events, it is seen that everything ends well. */
const settled = 4

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:sa-east-1:123456789012:targetgroup/${name}/0123456789abcdef`

function take(node: Node, input: Input): Node {
  const { state, effects } = reduce(node.state, input, node.now)
  const problem = outOfBounds(node.state, state, node.now)
  if (problem) expect.fail(problem)
  const next = { ...node, state, asked: [...node.asked, ...effects] }
  // A container is provisioned at once, whatever becomes of it.
  return effects.reduce(
    (one, effect) =>
      effect.type === "startContainer" ? take(one, { type: "taskProvisioned", taskId: effect.taskId }) : one,
    next,
  )
}

const call = (node: Node, action: string, input: object): Node =>
  take(node, { type: "call", action, input: { cluster: "cats", ...input } })

/** The node without the first effect of a type, and that effect. */
function first<Type extends Effect["type"]>(
  node: Node,
  type: Type,
): [Node, Extract<Effect, { type: Type }>] | undefined {
  const effect = node.asked.find((one) => one.type === type)
  return effect && [{ ...node, asked: node.asked.filter((one) => one !== effect) }, effect as never]
}

function starts(node: Node): Node | undefined {
  const [next, effect] = first(node, "startContainer") ?? []
  if (!next || !effect) return undefined
  const { taskId } = effect
  const running = [...next.running, taskId]
  const address = { host: "127.0.0.1", port: 30_000 + next.state.idsGiven }
  return take({ ...next, running }, { type: "containerStarted", taskId, address })
}

function startsNot(node: Node): Node | undefined {
  const [next, effect] = first(node, "startContainer") ?? []
  return next && effect && take(next, { type: "containerNotStarted", taskId: effect.taskId, reason: "not found" })
}

function exits(node: Node): Node | undefined {
  const [taskId] = node.running
  if (taskId === undefined) return undefined
  return take({ ...node, running: node.running.slice(1) }, { type: "containerExited", taskId, exitCode: 1 })
}

function stops(node: Node): Node | undefined {
  const [next, effect] = first(node, "stopContainer") ?? []
  if (!next || !effect) return undefined
  const running = next.running.filter((id) => id !== effect.taskId)
  return take({ ...next, running }, { type: "containerExited", taskId: effect.taskId, exitCode: 0 })
}

const probed =
  (statusCode: number) =>
  (node: Node): Node | undefined => {
    const [next, effect] = first(node, "probeTarget") ?? []
    return next && effect && take(next, { ...effect, type: "targetProbed", result: { kind: "answered", statusCode } })
  }

function timePasses(node: Node): Node | undefined {
  const now = wakeTime(node.state, node.now)
  return now === Infinity ? undefined : take({ ...node, now }, { type: "tick" })
}

/** The revision that a service does not run is deployed. */
const deploys =
  (index: number) =>
  (node: Node): Node | undefined => {
    const service = node.state.services[index]
    if (!service) return undefined
    const { revision } = service.deployments.find(({ id }) => id === service.primary)!
    const number = revision.taskDefinition.endsWith(":1") ? 2 : 1
    return call(node, "UpdateService", { service: service.name, taskDefinition: `${service.name}:${number}` })
  }

const events = [deploys(0), deploys(1), starts, startsNot, exits, stops, probed(200), probed(500), timePasses]

/** Services with tasks that serve. */
function begin({ desiredCounts, ...percentages }: Setting): Node {
  const state = emptyState({ region: "sa-east-1", account: "123456789012", seed: "test", healthyAfterSeconds: 40 })
  let node: Node = { state, now: Date.UTC(2027, 0, 1), asked: [], running: [] }
  node = call(node, "CreateCluster", { clusterName: "cats" })
  for (const [index, desiredCount] of desiredCounts.entries()) {
    const name = ["auth", "catalog"][index]!
    node = take(node, { type: "targetGroupDescribed", targetGroupArn: arnOf(name), check })
    const containerDefinitions = [{ name, image: name, memory: 512, portMappings: [{ containerPort: 80 }] }]
    for (const family of [name, name]) node = call(node, "RegisterTaskDefinition", { family, containerDefinitions })
    node = call(node, "CreateService", {
      serviceName: name,
      taskDefinition: `${name}:1`,
      desiredCount,
      loadBalancers: [{ targetGroupArn: arnOf(name), containerName: name, containerPort: 80 }],
      deploymentConfiguration: { ...breaker, ...percentages },
    })
  }
  return settle(node)
}

/** Lets everything go well from now on, until all services are as they should be. */
function settle(from: Node): Node {
  let node = from
  for (let step = 0; step < 1000; step++) {
    if (node.asked.length === 0 && node.state.services.every((service) => isAsItShouldBe(node.state, service)))
      return node
    node = starts(node) ?? stops(node) ?? probed(200)(node) ?? timePasses(node) ?? expect.fail("nothing more happens")
  }
  return expect.fail(`no end: ${JSON.stringify(node.state.services.map(({ events }) => events.slice(0, 3)))}`)
}

function isAsItShouldBe(state: State, service: Service): boolean {
  const tasks = state.tasks.filter(({ group, lastStatus }) => group.endsWith(service.name) && lastStatus !== "STOPPED")
  return (
    service.serviceDeployments.every(isFinished) &&
    tasks.length === service.desiredCount &&
    tasks.every(({ deploymentId }) => deploymentId === service.primary) &&
    healthyOf(state, service).length === service.desiredCount
  )
}

const healthyOf = ({ targets }: State, { name }: Service) =>
  targets.filter(({ targetGroupArn, state }) => targetGroupArn === arnOf(name) && state === "healthy")

const counted = ({ tasks }: State, { name }: Service) =>
  tasks.filter(
    ({ group, lastStatus }) => group.endsWith(name) && ["PROVISIONING", "PENDING", "RUNNING"].includes(lastStatus),
  )

/** What is not as it has to be at each step. Half a million steps are looked at: `expect` alone would take a third of the time. */
function outOfBounds(before: State, state: State, now: number): string | undefined {
  for (const service of state.services) {
    const tasks = counted(state, service)
    const started = tasks.some(({ id }) => before.tasks.every((task) => task.id !== id))
    if (started && tasks.length > ceiling(service)) return `${tasks.length} tasks of ${service.name} are too many`
    const healthy = healthyOf(state, service).length
    const stopped = healthyOf(before, service).some(({ taskId, failed }) => {
      const task = state.tasks.find(({ id }) => id === taskId)
      return failed === 0 && task?.stopCode === "ServiceSchedulerInitiated" && task.stoppingAt === now
    })
    if (stopped && healthy < floor(service)) return `${healthy} healthy tasks of ${service.name} are too few`
    const atWork = service.serviceDeployments.filter((one) => !isFinished(one)).length
    if (atWork > 1) return `${atWork} deployments of ${service.name} are at work`
    const known = new Set(service.deployments.map(({ id }) => id))
    const leaked = tasks.filter(({ deploymentId }) => !known.has(deploymentId!))
    if (leaked.length > 0) return `${leaked.length} tasks of ${service.name} belong to no deployment`
  }
  return undefined
}

/** Everything that can happen in so many events, the one after the other. */
function walk(node: Node, depth: number): number {
  if (depth <= settled) settle(node)
  if (depth === longest) return 1
  return events.reduce((seen, event) => {
    const next = event(node)
    return next ? seen + walk(next, depth + 1) : seen
  }, 1)
}

test.each<Setting>([
  { desiredCounts: [1], minimumHealthyPercent: 100, maximumPercent: 200 },
  { desiredCounts: [3], minimumHealthyPercent: 100, maximumPercent: 200 },
  { desiredCounts: [3], minimumHealthyPercent: 50, maximumPercent: 150 },
  { desiredCounts: [2], minimumHealthyPercent: 0, maximumPercent: 100 },
  { desiredCounts: [2, 1], minimumHealthyPercent: 100, maximumPercent: 200 },
  { desiredCounts: [2, 1], minimumHealthyPercent: 0, maximumPercent: 100 },
])(
  "whatever six events happen, $desiredCounts tasks stay within $minimumHealthyPercent and $maximumPercent %, and come to an end",
  (setting) => {
    expect(walk(begin(setting), 0)).toBeGreaterThan(10_000)
  },
)
