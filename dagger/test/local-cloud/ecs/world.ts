import type * as Aws from "#aws/ecs"
import { expect } from "vitest"
import { AwsError } from "../../../local-cloud/ecs/aws-error.ts"
import type { HealthCheck, ProbeResult } from "../../../local-cloud/ecs/health-check.ts"
import { reduce, type Input, type Reduction } from "../../../local-cloud/ecs/reduce.ts"
import { emptyState, type State } from "../../../local-cloud/ecs/state.ts"
import type { Effect } from "../../../local-cloud/ecs/step.ts"
import { sharesOf } from "../../../local-cloud/ecs/scheduler/shifts.ts"
import { healthyTargets, targetHealth } from "../../../local-cloud/ecs/targets/target-health.ts"
import { wakeTime } from "../../../local-cloud/ecs/wake-time.ts"
import type { Wire } from "../../../local-cloud/ecs/wire.ts"
import { isErrorOf, problemsOfAnswer, problemsOfTargetHealth } from "../../contracts/answers.ts"

/** How the containers of an image behave; times in seconds. */
export interface Behaviour {
  /** The container never starts, for this reason */
  failsToStart?: string
  startsAfter?: number
  exitsAfter?: number
  exitCode?: number
  /** What a health check gets, so many seconds after the start */
  answers?: (age: number) => number | "timed-out" | "failed"
  /** Whether the container's own check passes, so many seconds after the start; default: yes */
  checks?: (age: number) => boolean
  /** From SIGTERM to the end; "never" waits for SIGKILL */
  stopsAfter?: number | "never"
}

interface Running {
  behaviour: Behaviour
  startedAt: number
}

export const targetGroupArn = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:targetgroup/auth/0123456789abcdef"

const alternateTargetGroupArn = targetGroupArn.replace("/auth/", "/auth-2/")

/** What a strategy needs that shifts traffic. */
export const withAlternate = {
  loadBalancers: [
    {
      targetGroupArn,
      containerName: "auth",
      containerPort: 8005,
      advancedConfiguration: {
        alternateTargetGroupArn,
        productionListenerRule: "arn:aws:elasticloadbalancing:sa-east-1:123456789012:listener-rule/app/cats/1/2/3",
        roleArn: "arn:aws:iam::123456789012:role/shift",
      },
    },
  ],
}

export const check: HealthCheck = {
  path: "/health/live",
  intervalSeconds: 5,
  timeoutSeconds: 2,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: "200",
  deregistrationDelaySeconds: 10,
}

/** A step of the reducer, whose answer or error is one that AWS's operation has. */
function reduceAsAws(state: State, input: Input, now: number): Reduction {
  if (input.type !== "call") return reduce(state, input, now)
  try {
    const reduction = reduce(state, input, now)
    expect(problemsOfAnswer(input.action, reduction.answer)).toEqual([])
    return reduction
  } catch (error) {
    if (error instanceof AwsError) expect(error.name).toSatisfy((code) => isErrorOf(input.action, code as string))
    throw error
  }
}

/** The reducer with containers that only exist in a queue of things to come: deterministic, and as fast as it computes. */
export function world(images: Record<string, Behaviour> = {}, settings: Partial<HealthCheck> = {}) {
  const start = Date.UTC(2027, 0, 1)
  const containers = new Map<string, Running>()
  const effects: { at: number; effect: Effect }[] = []
  const watchers: (() => void)[] = []
  let queue: { at: number; input: Input }[] = []
  let now = start
  let state: State = emptyState({ region: "sa-east-1", account: "123456789012", seed: "test", healthyAfterSeconds: 40 })

  const later = (seconds: number, input: Input) => queue.push({ at: Math.round(now + seconds * 1000), input })

  function dispatch(input: Input): unknown {
    const reduction = reduceAsAws(state, input, now)
    state = reduction.state
    for (const effect of reduction.effects) {
      effects.push({ at: (now - start) / 1000, effect })
      perform(effect)
    }
    for (const watch of watchers) watch()
    return reduction.answer
  }

  function perform(effect: Effect): void {
    const { taskId } = effect
    switch (effect.type) {
      case "startContainer": {
        const behaviour = images[effect.container.image] ?? {}
        const { failsToStart, startsAfter = 1, exitsAfter, exitCode = 0 } = behaviour
        later(0, { type: "taskProvisioned", taskId })
        if (failsToStart) return void later(startsAfter, { type: "containerNotStarted", taskId, reason: failsToStart })
        containers.set(taskId, { behaviour, startedAt: now + startsAfter * 1000 })
        const address = { host: "127.0.0.1", port: 30_000 + containers.size }
        later(startsAfter, { type: "containerStarted", taskId, address })
        if (exitsAfter !== undefined) later(startsAfter + exitsAfter, { type: "containerExited", taskId, exitCode })
        return
      }
      case "stopContainer": {
        const { behaviour = {}, startedAt = now } = containers.get(taskId) ?? {}
        const { stopsAfter = 1 } = behaviour
        const seconds = stopsAfter === "never" ? effect.timeoutSeconds : stopsAfter
        const exitCode = stopsAfter === "never" ? 137 : 0
        queue = queue.filter(({ input }) => !(input.type === "containerExited" && input.taskId === taskId))
        return void later(Math.max(0, startedAt - now) / 1000 + seconds, { type: "containerExited", taskId, exitCode })
      }
      case "checkContainer":
        return void later(0.1, { type: "containerChecked", taskId, passed: passes(taskId) })
      case "probeTarget":
        return void later(0.1, { ...effect, type: "targetProbed", result: probe(taskId) })
    }
  }

  function passes(taskId: string): boolean {
    const { behaviour, startedAt = 0 } = containers.get(taskId) ?? {}
    return behaviour?.checks?.((now - startedAt) / 1000) ?? true
  }

  function probe(taskId: string): ProbeResult {
    const { behaviour, startedAt = 0 } = containers.get(taskId) ?? {}
    const answer = behaviour?.answers?.((now - startedAt) / 1000) ?? 200
    return typeof answer === "number" ? { kind: "answered", statusCode: answer } : { kind: answer }
  }

  /** Lets so many seconds pass, with everything that happens in them. */
  function pass(seconds: number): void {
    const end = Math.round(now + seconds * 1000)
    for (;;) {
      const next = Math.min(wakeTime(state, now), ...queue.map(({ at }) => at))
      if (next > end) break
      now = Math.max(now, next)
      const index = queue.findIndex(({ at }) => at <= now)
      const [due] = index < 0 ? [] : queue.splice(index, 1)
      dispatch(due?.input ?? { type: "tick" })
    }
    now = end
  }

  /** Lets time pass until something is so, and gives the seconds that took. */
  function passUntil(isSo: () => boolean, atMost = 3600): number {
    const from = now
    while (!isSo()) {
      if (now - from > atMost * 1000) throw new Error(`not so after ${atMost} s`)
      const next = Math.min(wakeTime(state, now), ...queue.map(({ at }) => at))
      pass(Math.max(0, Math.min(next - now, atMost * 1000 + 1)) / 1000)
    }
    return (now - from) / 1000
  }

  const call = <Answer>(action: string, input: object = {}) =>
    dispatch({ type: "call", action, input: { cluster: "cats", ...input } }) as Wire<Answer>

  const alarms = (...goneOff: string[]) => dispatch({ type: "alarmsSeen", goneOff })

  const describe = () => {
    const answer = call<Aws.DescribeServicesResponse>("DescribeServices", { services: ["auth"] })
    const [service] = answer.services ?? []
    if (!service) throw new Error("the service is gone")
    return service
  }

  const serviceDeployments = () => {
    const answer = call<Aws.ListServiceDeploymentsResponse>("ListServiceDeployments", { service: "auth" })
    const serviceDeploymentArns = answer.serviceDeployments?.map((brief) => brief.serviceDeploymentArn)
    return (
      call<Aws.DescribeServiceDeploymentsResponse>("DescribeServiceDeployments", { serviceDeploymentArns })
        .serviceDeployments ?? []
    )
  }

  dispatch({ type: "call", action: "CreateCluster", input: { clusterName: "cats" } })
  for (const arn of [targetGroupArn, alternateTargetGroupArn])
    dispatch({ type: "targetGroupDescribed", targetGroupArn: arn, check: { ...check, ...settings } })

  return {
    call,
    /** Lets ECS see which alarms have gone off. */
    alarms,
    pass,
    passUntil,
    effects,
    /** Called after each step of the reducer */
    watch: (watcher: () => void) => void watchers.push(watcher),
    state: () => state,
    now: () => now,
    seconds: () => (now - start) / 1000,

    /** Registers a revision of `auth` whose image is `image`. */
    register(image: string, container: Wire<Aws.ContainerDefinition> = {}) {
      const containerDefinitions = [
        { name: "auth", image, memory: 512, portMappings: [{ containerPort: 8005 }], ...container },
      ]
      const answer = call<Aws.RegisterTaskDefinitionResponse>("RegisterTaskDefinition", {
        family: "auth",
        executionRoleArn: "arn:aws:iam::123456789012:role/execution",
        containerDefinitions,
      })
      return answer.taskDefinition?.taskDefinitionArn ?? ""
    },
    /** The seconds at which containers were started */
    starts: () => effects.filter(({ effect }) => effect.type === "startContainer").map(({ at }) => at),
    service: describe,
    primary: () => describe().deployments?.[0],
    events: () => (describe().events ?? []).map(({ message = "" }) => message).toReversed(),
    serviceDeployments,
    /** The service deployment of the last UpdateService or CreateService */
    serviceDeployment: () => serviceDeployments()[0],
    tasks: (desiredStatus: "RUNNING" | "STOPPED" = "RUNNING") => {
      const { taskArns = [] } = call<Aws.ListTasksResponse>("ListTasks", { desiredStatus })
      if (taskArns.length === 0) return []
      return call<Aws.DescribeTasksResponse>("DescribeTasks", { tasks: taskArns }).tasks ?? []
    },
    targetHealth: () => {
      const descriptions = targetHealth(state, targetGroupArn)
      expect(problemsOfTargetHealth(descriptions)).toEqual([])
      return descriptions
    },
    /** Percent of the requests, by target group */
    shares: () =>
      Object.fromEntries(
        sharesOf(state, targetGroupArn).map((share) => [
          share.targetGroupArn === targetGroupArn ? "production" : "alternate",
          share.weight,
        ]),
      ),
    healthyTargets: () => healthyTargets(state, targetGroupArn),
  }
}

export type World = ReturnType<typeof world>

/** A task definition that Fargate can run, and what a task of it needs. */
export const fargate = {
  family: "cat",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "cat", image: "cat" }],
}
export const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } }

export const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } }

export const behindLoadBalancer = {
  loadBalancers: [{ targetGroupArn, containerName: "auth", containerPort: 8005 }],
}

/** A world whose service `auth` runs the image `good`, completed. */
export function running(images: Record<string, Behaviour>, service: object = {}, settings: Partial<HealthCheck> = {}) {
  const cats = world(images, settings)
  const taskDefinition = cats.register("good")
  const create = { serviceName: "auth", taskDefinition, desiredCount: 1, deploymentConfiguration: breaker, ...service }
  cats.call("CreateService", { ...behindLoadBalancer, ...create })
  cats.passUntil(() => cats.primary()?.rolloutState === "COMPLETED")
  return cats
}

/** Deploys a revision whose image is `image`. */
export function deploy(cats: World, image: string, changes: object = {}): void {
  cats.call("UpdateService", { service: "auth", taskDefinition: cats.register(image), ...changes })
}

/** Lets time pass until the deployment under way has ended, in whatever way. */
export function finish(cats: World): void {
  cats.passUntil(() => cats.serviceDeployment()?.finishedAt !== undefined)
}
