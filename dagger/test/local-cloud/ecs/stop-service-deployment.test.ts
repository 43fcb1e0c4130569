import { expect, test } from "vitest"
import { deploy, finish, running, world } from "./world.ts"

const slow = { startsAfter: 100 }

test("ROLLBACK brings the old revision back, without a circuit breaker too", () => {
  const cats = running({ slow }, { deploymentConfiguration: {} })
  const good = cats.primary()
  deploy(cats, "slow")
  const serviceDeploymentArn = cats.serviceDeployment()?.serviceDeploymentArn
  expect(cats.call("StopServiceDeployment", { serviceDeploymentArn })).toEqual({ serviceDeploymentArn })
  expect(cats.serviceDeployment()?.status).toBe("ROLLBACK_REQUESTED")
  cats.pass(1)
  expect(cats.serviceDeployment()).toMatchObject({
    status: "ROLLBACK_IN_PROGRESS",
    deploymentCircuitBreaker: { status: "DISABLED" },
  })
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL", stoppedAt: expect.any(Number) })
  expect(cats.service().deployments).toMatchObject([{ id: good?.id, rolloutState: "COMPLETED", runningCount: 1 }])
})

test("a rollback that was asked for is stopped by the next deployment", () => {
  const cats = running({ good: { stopsAfter: 30 }, slow })
  deploy(cats, "slow")
  const { serviceDeploymentArn } = cats.serviceDeployment() ?? {}
  cats.call("StopServiceDeployment", { serviceDeploymentArn })
  cats.passUntil(() => cats.serviceDeployment()?.status === "ROLLBACK_IN_PROGRESS")
  deploy(cats, "better")
  finish(cats)
  expect(cats.serviceDeployments().map(({ status }) => status)).toEqual(["SUCCESSFUL", "STOPPED", "SUCCESSFUL"])
})

test("ABORT stops the deployment where it is", () => {
  const cats = running({ slow })
  deploy(cats, "slow")
  const serviceDeploymentArn = cats.serviceDeployment()?.serviceDeploymentArn
  cats.call("StopServiceDeployment", { serviceDeploymentArn, stopType: "ABORT" })
  expect(cats.serviceDeployment()?.status).toBe("STOP_REQUESTED")
  cats.pass(1)
  expect(cats.serviceDeployment()).toMatchObject({ status: "STOPPED", stoppedAt: expect.any(Number) })
  cats.pass(600)
  expect(cats.service().taskDefinition).toMatch(/auth:2$/)
  expect(cats.healthyTargets().length).toBeGreaterThan(0)
})

test("a deployment that has ended, a first one, and one that does not exist are refused", () => {
  const cats = running({ slow })
  const stop = (serviceDeploymentArn = "arn:aws:ecs:none") =>
    cats.call("StopServiceDeployment", { serviceDeploymentArn })
  expect(() => stop(cats.serviceDeployment()?.serviceDeploymentArn)).toThrow(
    expect.objectContaining({ name: "ConflictException" }),
  )
  expect(() => stop()).toThrow(expect.objectContaining({ name: "ServiceDeploymentNotFoundException" }))

  const first = world({ slow })
  first.call("CreateService", { serviceName: "auth", taskDefinition: first.register("slow"), desiredCount: 1 })
  const { serviceDeploymentArn } = first.serviceDeployment() ?? {}
  expect(() => first.call("StopServiceDeployment", { serviceDeploymentArn })).toThrow(
    expect.objectContaining({ name: "ConflictException" }),
  )
})
