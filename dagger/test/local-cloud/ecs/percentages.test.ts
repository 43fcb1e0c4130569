import { describe, expect, test } from "vitest"
import { deploy, finish, running, type World } from "./world.ts"

function counts(cats: World) {
  const tasks = cats.state().tasks
  const counted = tasks.filter(({ lastStatus }) => ["PROVISIONING", "PENDING", "RUNNING"].includes(lastStatus))
  return { healthy: cats.healthyTargets().length, counted: counted.length }
}

describe("a rollout of 4 tasks never has fewer healthy ones than its floor, nor more in all than its ceiling", () => {
  test.each([
    [100, 200, 4, 8],
    [50, 100, 2, 4],
    [50, 200, 2, 8],
    [100, 150, 4, 6],
    [75, 125, 3, 5],
    [99, 149, 4, 5],
    [0, 100, 0, 4],
  ])("minimum %i, maximum %i: floor %i, ceiling %i", (minimumHealthyPercent, maximumPercent, floor, ceiling) => {
    const cats = running({}, { desiredCount: 4, deploymentConfiguration: { minimumHealthyPercent, maximumPercent } })
    const seen = { healthy: 4, counted: 0 }
    cats.watch(() => {
      const { healthy, counted } = counts(cats)
      seen.healthy = Math.min(seen.healthy, healthy)
      seen.counted = Math.max(seen.counted, counted)
    })
    deploy(cats, "better")
    finish(cats)
    expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
    expect(cats.service()).toMatchObject({ runningCount: 4 })
    // Down to the floor first, then up by four new ones, as far as the ceiling allows: no further, and no slower
    expect(seen).toEqual({ healthy: floor, counted: Math.min(ceiling, floor + 4) })
  })
})

test("where neither a start nor a stop is allowed, the rollout is stuck and says so once", () => {
  const cats = running({}, { deploymentConfiguration: { minimumHealthyPercent: 51, maximumPercent: 100 } })
  deploy(cats, "better")
  cats.pass(3600)
  const stuck =
    "(service auth) was unable to stop or start tasks during a deployment because of the service deployment " +
    "configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
  expect(cats.events().filter((event) => event === stuck)).toHaveLength(1)
  expect(cats.primary()).toMatchObject({ rolloutState: "IN_PROGRESS", runningCount: 0 })
  cats.call("UpdateService", { service: "auth", deploymentConfiguration: { maximumPercent: 200 } })
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
})

test("a broken rollout leaves the floor of healthy tasks alone, until it is rolled back", () => {
  const cats = running({ broken: { answers: () => 503 } }, { desiredCount: 4 })
  let fewest = 4
  cats.watch(() => (fewest = Math.min(fewest, cats.healthyTargets().length)))
  deploy(cats, "broken")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" })
  expect(fewest).toBe(4)
})

test("scaling out during a rollout adds to both revisions", () => {
  const cats = running({ slow: { startsAfter: 100 } }, { desiredCount: 2 })
  deploy(cats, "slow")
  cats.pass(1)
  cats.call("UpdateService", { service: "auth", desiredCount: 4 })
  cats.pass(20)
  expect(cats.service().deployments).toMatchObject([
    { status: "PRIMARY", desiredCount: 4, pendingCount: 4 },
    { status: "ACTIVE", desiredCount: 4, runningCount: 4 },
  ])
})

test("a task lost during a rollout is replaced by its own revision", () => {
  const cats = running({ slow: { startsAfter: 100 } }, { desiredCount: 2 })
  deploy(cats, "slow")
  const [old] = cats.tasks()
  cats.call("StopTask", { task: old?.taskArn })
  cats.pass(30)
  expect(cats.service().deployments).toMatchObject([
    { status: "PRIMARY", pendingCount: 2 },
    { status: "ACTIVE", runningCount: 2 },
  ])
})
