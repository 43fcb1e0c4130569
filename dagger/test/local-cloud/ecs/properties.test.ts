import * as fc from "fast-check"
import { expect, test } from "vitest"
import { ceiling, floor } from "../../../local-cloud/ecs/scheduler/capacity.ts"
import type { State } from "../../../local-cloud/ecs/state.ts"
import { deploy, running, withAlternate, type Behaviour, type World } from "./world.ts"

const runs = { numRuns: 10 }
const patience = 120_000

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constant({}),
  fc.constant({ failsToStart: "CannotPullContainerError: not found" }),
  fc.record({ exitsAfter: fc.integer({ min: 0, max: 90 }), exitCode: fc.constantFrom(0, 1, 137) }),
  fc.record({ startsAfter: fc.integer({ min: 1, max: 60 }), stopsAfter: fc.constantFrom(1, 20, "never" as const) }),
  fc.integer({ min: 10, max: 60 }).map((seconds) => ({ answers: (age: number) => (age % seconds < 8 ? 200 : 503) })),
  fc.constantFrom(500, "timed-out" as const, "failed" as const).map((answer) => ({ answers: () => answer })),
)

const strategy = fc.constantFrom<object>(
  {},
  {},
  { strategy: "BLUE_GREEN", bakeTimeInMinutes: 1 },
  { strategy: "CANARY", canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
  { strategy: "LINEAR", linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } },
)

const service = fc.record({
  loadBalancers: fc.constant(withAlternate.loadBalancers),
  desiredCount: fc.integer({ min: 1, max: 4 }),
  deploymentConfiguration: fc
    .record({
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 200 }),
      deploymentCircuitBreaker: fc.record({ enable: fc.boolean(), rollback: fc.boolean() }),
    })
    // AWS refuses such a service (seed 724458784).
    .filter(({ minimumHealthyPercent, maximumPercent }) => minimumHealthyPercent < 100 || maximumPercent > 100)
    .chain((percentages) => strategy.map((one) => ({ ...percentages, ...one }))),
})

type Disturbance = { after: number } & (
  | { type: "deploy"; image: string; desiredCount: number | undefined }
  | { type: "scale"; desiredCount: number }
  | { type: "stop task" }
  | { type: "stop deployment"; stopType: "ROLLBACK" | "ABORT" }
)

const after = fc.integer({ min: 0, max: 90 })
const count = fc.integer({ min: 0, max: 4 })
const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({
    type: fc.constant("deploy" as const),
    after,
    image: fc.constantFrom("good", "one", "other"),
    desiredCount: fc.option(count, { nil: undefined }),
  }),
  fc.record({ type: fc.constant("scale" as const), after, desiredCount: count }),
  fc.record({ type: fc.constant("stop task" as const), after }),
  fc.record({ type: fc.constant("stop deployment" as const), after, stopType: fc.constantFrom("ROLLBACK", "ABORT") }),
)

function disturb(cats: World, what: Disturbance): void {
  switch (what.type) {
    case "deploy":
      return deploy(cats, what.image, what.desiredCount === undefined ? {} : { desiredCount: what.desiredCount })
    case "scale":
      return void cats.call("UpdateService", { service: "auth", desiredCount: what.desiredCount })
    case "stop task": {
      const [task] = cats.tasks()
      return void (task && cats.call("StopTask", { task: task.taskArn }))
    }
    case "stop deployment": {
      const { status, serviceDeploymentArn } = cats.serviceDeployment() ?? {}
      if (status !== "IN_PROGRESS") return
      try {
        cats.call("StopServiceDeployment", { serviceDeploymentArn, stopType: what.stopType })
      } catch (error) {
        expect(error).toMatchObject({ name: "ConflictException" }) // There is nothing to roll back to
      }
    }
  }
}

/** A step must change nothing of the state before it, what both share included. */
function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

const counted = ({ tasks }: State) =>
  tasks.filter(({ lastStatus }) => ["PROVISIONING", "PENDING", "RUNNING"].includes(lastStatus))
const healthy = ({ targets }: State) => targets.filter(({ state }) => state === "healthy")

/** Holds every step to the percentages, and the steps of one moment to a number. */
function watch(cats: World): void {
  let before = freeze(cats.state())
  let [moment, steps] = [cats.now(), 0]
  cats.watch(() => {
    const state = freeze(cats.state())
    const [auth] = state.services
    if (!auth) return
    const started = state.tasks.some(({ id }) => before.tasks.every((task) => task.id !== id))
    if (started) expect(counted(state).length).toBeLessThanOrEqual(ceiling(auth))
    const stopped = state.targets.some(({ taskId, failed }) => {
      const wasHealthy = failed === 0 && healthy(before).some((target) => target.taskId === taskId)
      const task = state.tasks.find(({ id }) => id === taskId)
      return wasHealthy && task?.stopCode === "ServiceSchedulerInitiated" && task.stoppingAt === cats.now()
    })
    if (stopped) expect(healthy(state).length).toBeGreaterThanOrEqual(floor(auth))
    steps = moment === cats.now() ? steps + 1 : 0
    expect(steps).toBeLessThan(1000)
    ;[before, moment] = [state, cats.now()]
  })
}

const images = fc.record({ one: behaviour, other: behaviour })

test(
  "no step stops below the minimum or starts above the maximum, and once all is deleted no task is left",
  () => {
    const property = fc.property(
      images,
      service,
      fc.array(disturbance, { maxLength: 10 }),
      (behaviours, auth, what) => {
        const cats = running(behaviours, auth)
        watch(cats)
        for (const one of what) {
          disturb(cats, one)
          cats.pass(one.after)
        }
        cats.call("DeleteService", { service: "auth", force: true })
        cats.pass(600)
        expect(cats.service().status).toBe("INACTIVE")
        expect(cats.state().tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED")).toEqual([])
        expect(cats.state().targets).toEqual([])
        cats.pass(3600)
        cats.call("ListServices")
        expect(cats.state()).toMatchObject({ tasks: [], services: [] })
      },
    )
    fc.assert(property, runs)
  },
  patience,
)

test(
  "a circuit breaker always ends a deployment whose tasks fail, and a rollback restores what completed last",
  () => {
    const failing = fc.constantFrom<Behaviour>(
      { failsToStart: "CannotPullContainerError: not found" },
      { exitsAfter: 0, exitCode: 1 },
      { answers: () => 500 },
      { answers: () => "timed-out" },
    )
    const property = fc.property(failing, service, fc.boolean(), (broken, auth, rollback) => {
      const { deploymentConfiguration } = auth
      // Where the percentages leave no room, nothing starts, as at AWS
      const maximumPercent = Math.max(deploymentConfiguration.maximumPercent, 200)
      const deploymentCircuitBreaker = { enable: true, rollback }
      const cats = running(
        { broken },
        { ...auth, deploymentConfiguration: { ...deploymentConfiguration, maximumPercent, deploymentCircuitBreaker } },
      )
      watch(cats)
      const former = cats.service().taskDefinition
      deploy(cats, "broken")
      cats.pass(2 * 3600)
      expect(cats.serviceDeployment()?.status).toBe(rollback ? "ROLLBACK_SUCCESSFUL" : "STOPPED")
      if (rollback) expect(cats.service()).toMatchObject({ taskDefinition: former, runningCount: auth.desiredCount })
    })
    fc.assert(property, runs)
  },
  patience,
)
