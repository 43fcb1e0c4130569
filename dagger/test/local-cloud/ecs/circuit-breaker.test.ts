import { describe, expect, test } from "vitest"
import { threshold } from "../../../local-cloud/ecs/scheduler/circuit-breaker.ts"
import { behindLoadBalancer, breaker, deploy, finish, running, targetGroupArn, world, type Behaviour } from "./world.ts"

const exceeded = "because the circuit breaker threshold was exceeded."
const unhealthy: Behaviour = { answers: () => 500 }
const neverUp: Behaviour = { answers: () => "failed" }
const crash: Behaviour = { exitsAfter: 0.5, exitCode: 1, answers: () => "failed" }
const missing: Behaviour = { failsToStart: "CannotPullContainerError: auth@sha256:0: not found" }
const crashLater: Behaviour = { exitsAfter: 20, exitCode: 3, answers: () => "failed" }

const images = { unhealthy, neverUp, crash, missing, crashLater }
/** Long enough for `crashLater` to fail by its crash, not by its health checks */
const grace = { healthCheckGracePeriodSeconds: 30 }

describe("a revision that never gets well is rolled back after three failed tasks", () => {
  test.each([
    ["crash", "EssentialContainerExited", "Essential container in task exited", { exitCode: 1 }],
    ["crashLater", "EssentialContainerExited", "Essential container in task exited", { exitCode: 3 }],
    ["missing", "TaskFailedToStart", missing.failsToStart, { reason: missing.failsToStart }],
    ["unhealthy", "ServiceSchedulerInitiated", `Task failed ELB health checks in (target-group ${targetGroupArn})`, {}],
    ["neverUp", "ServiceSchedulerInitiated", `Task failed ELB health checks in (target-group ${targetGroupArn})`, {}],
  ])("%s", (image, stopCode, stoppedReason, container) => {
    const cats = running(images, grace)
    const [old] = cats.tasks()
    const good = cats.primary()
    deploy(cats, image)
    const bad = cats.primary()
    finish(cats)

    expect(cats.serviceDeployment()).toMatchObject({
      status: "ROLLBACK_SUCCESSFUL",
      statusReason: `Service deployment rolled back ${exceeded}`,
      rollback: {
        reason: `Service deployment rolled back ${exceeded}`,
        serviceRevisionArn: cats.serviceDeployments()[1]?.targetServiceRevision?.arn,
      },
      deploymentCircuitBreaker: { status: "TRIGGERED", failureCount: 3, threshold: 3 },
    })
    const failed = cats.tasks("STOPPED").filter(({ startedBy }) => startedBy === bad?.id)
    expect(failed).toHaveLength(3)
    for (const task of failed) expect(task).toMatchObject({ stopCode, stoppedReason, containers: [container] })
    expect(cats.service().deployments).toMatchObject([{ id: good?.id, status: "PRIMARY", rolloutState: "COMPLETED" }])
    expect(cats.tasks().map(({ taskArn }) => taskArn)).toEqual([old?.taskArn])
  })
})

test("an image that is missing trips the breaker within seconds", () => {
  const cats = running(images)
  deploy(cats, "missing")
  expect(cats.passUntil(() => cats.serviceDeployment()?.rollback !== undefined)).toBeLessThanOrEqual(5)
})

test("a rollback passes what the ServicesStable waiter asks for: one deployment, and as many running as desired", () => {
  const cats = running(images)
  deploy(cats, "crash")
  finish(cats)
  const { deployments, runningCount, desiredCount, taskDefinition } = cats.service()
  expect([deployments?.length, runningCount]).toEqual([1, desiredCount])
  expect(taskDefinition).toMatch(/auth:1$/)
})

test("while it rolls back, the old revision is PRIMARY and IN_PROGRESS, the failed one ACTIVE and FAILED", () => {
  const cats = running({ ...images, unhealthy: { ...unhealthy, stopsAfter: 5 } })
  const good = cats.primary()
  deploy(cats, "unhealthy")
  const bad = cats.primary()
  cats.passUntil(() => cats.serviceDeployment()?.status === "ROLLBACK_IN_PROGRESS")
  expect(cats.service().deployments).toMatchObject([
    {
      id: good?.id,
      status: "PRIMARY",
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${good?.id}.`,
    },
    {
      id: bad?.id,
      status: "ACTIVE",
      desiredCount: 0,
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    },
  ])
  expect(cats.events()).toEqual(
    expect.arrayContaining([
      `(service auth) (deployment ${bad?.id}) deployment failed: tasks failed to start.`,
      `(service auth) rolling back to deployment ${good?.id}.`,
    ]),
  )
})

test("with rollback off, a failed deployment stays PRIMARY, launches nothing more, and the old task serves", () => {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } }
  const cats = running(images, { deploymentConfiguration })
  deploy(cats, "crash")
  cats.passUntil(() => cats.primary()?.rolloutState === "FAILED")
  const launched = cats.starts().length
  cats.pass(600)
  expect(cats.starts()).toHaveLength(launched)
  expect(cats.serviceDeployment()).toMatchObject({
    status: "STOPPED",
    statusReason: `Service deployment stopped ${exceeded}`,
    stoppedAt: expect.any(Number),
    deploymentCircuitBreaker: { status: "TRIGGERED" },
  })
  expect(cats.primary()).toMatchObject({ taskDefinition: expect.stringMatching(/auth:2$/), failedTasks: 3 })
  expect(cats.healthyTargets()).toHaveLength(1)
})

test("a first deployment has nothing to roll back to: it stalls without launches", () => {
  const cats = world(images)
  const service = { serviceName: "auth", taskDefinition: cats.register("crash"), desiredCount: 2 }
  cats.call("CreateService", { ...service, ...behindLoadBalancer, deploymentConfiguration: breaker })
  finish(cats)
  const launched = cats.starts().length
  cats.pass(3000)
  expect(cats.starts()).toHaveLength(launched)
  expect(cats.primary()).toMatchObject({ rolloutState: "FAILED" })
  expect(cats.serviceDeployment()).toMatchObject({ status: "STOPPED" })
  expect(cats.serviceDeployment()?.rollback).toBeUndefined()
})

test("what failed is fixed by the next deployment", () => {
  const cats = world(images)
  const service = { serviceName: "auth", taskDefinition: cats.register("crash"), desiredCount: 2 }
  cats.call("CreateService", { ...service, ...behindLoadBalancer, deploymentConfiguration: breaker })
  finish(cats)
  deploy(cats, "good")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
})

test("without a circuit breaker, a crashing revision is started over and over, and the old task serves", () => {
  const cats = running(images, { deploymentConfiguration: {} })
  deploy(cats, "crash")
  cats.pass(60)
  expect(cats.serviceDeployment()).toMatchObject({
    status: "IN_PROGRESS",
    deploymentCircuitBreaker: { status: "DISABLED" },
  })
  expect(cats.primary()?.failedTasks).toBeGreaterThan(10)
  expect(cats.healthyTargets()).toHaveLength(1)
})

test("a rollback whose own tasks fail is ROLLBACK_FAILED, and launches no more", () => {
  const good: Behaviour = {}
  const cats = running({ ...images, good }, { deploymentConfiguration: { ...breaker, minimumHealthyPercent: 0 } })
  Object.assign(good, missing)
  deploy(cats, "missing")
  finish(cats)
  const launched = cats.starts().length
  cats.pass(3000)
  expect(cats.serviceDeployment()).toMatchObject({ status: "ROLLBACK_FAILED" })
  expect(cats.primary()).toMatchObject({ taskDefinition: expect.stringMatching(/auth:1$/), rolloutState: "FAILED" })
  expect(cats.starts()).toHaveLength(launched)
})

test("a rollback starts counting anew, whatever the old revision once failed", () => {
  const good: Behaviour = { ...missing }
  const deploymentConfiguration = {
    deploymentCircuitBreaker: { enable: true, rollback: true, resetOnHealthyTask: false },
  }
  const cats = world({ ...images, good })
  const service = { serviceName: "auth", taskDefinition: cats.register("good"), desiredCount: 1 }
  cats.call("CreateService", { ...service, ...behindLoadBalancer, deploymentConfiguration })
  cats.passUntil(() => cats.primary()?.failedTasks === 2)
  delete good.failsToStart
  finish(cats)
  expect(cats.primary()).toMatchObject({ failedTasks: 2, rolloutState: "COMPLETED" })
  deploy(cats, "crash")
  finish(cats)
  expect(cats.primary()).toMatchObject({ failedTasks: 0, rolloutState: "COMPLETED" })
})

test.each([
  ["a healthy task ends the run of failures", {}, /^IN_PROGRESS$/],
  ["unless resetOnHealthyTask is false", { resetOnHealthyTask: false }, /^ROLLBACK_SUCCESSFUL$/],
])("%s", (_, reset, status) => {
  // Healthy after 5 s, gone after 20 s: healthy in between, each time, while the old task drains for a minute
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true, ...reset } }
  const flaky = { exitsAfter: 20, exitCode: 1 }
  const cats = running({ flaky }, { deploymentConfiguration, desiredCount: 2 }, { deregistrationDelaySeconds: 100 })
  deploy(cats, "flaky")
  cats.pass(75)
  expect(cats.serviceDeployment()?.status).toMatch(status)
})

test.each([
  [1, undefined, 3],
  [6, undefined, 3],
  [7, undefined, 4],
  [25, undefined, 13],
  [1000, undefined, 200],
  [10, { type: "BOUNDED_PERCENT" as const, value: 90 }, 9],
  [2, { type: "UNBOUNDED_PERCENT" as const, value: 50 }, 1],
  [1000, { type: "UNBOUNDED_PERCENT" as const, value: 50 }, 500],
  [1000, { type: "COUNT" as const, value: 1 }, 1],
])("of %i desired tasks with %o, %i failures trip the breaker", (desiredCount, thresholdConfiguration, failures) => {
  expect(threshold({ enable: true, rollback: true, thresholdConfiguration }, desiredCount)).toBe(failures)
})
