import { expect, test } from "vitest"
import { deploy, finish, running } from "./world.ts"

test("after many deployments the latest are remembered, with all that they name, and the last that completed", () => {
  const cats = running({ broken: { exitsAfter: 0, exitCode: 1 } })
  const { taskDefinition } = cats.service()
  for (let number = 0; number < 120; number++) {
    deploy(cats, "broken")
    finish(cats)
  }
  const [service] = cats.state().services
  expect(service!.serviceDeployments).toHaveLength(100)
  // Each has a deployment of its own; what they all were rolled back to is older than any
  expect(service!.deployments.length).toBeLessThan(150)
  expect(cats.service()).toMatchObject({ taskDefinition, runningCount: 1 })
  expect(cats.serviceDeployments()).toHaveLength(20)
  deploy(cats, "broken")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" })
  expect(cats.service()).toMatchObject({ taskDefinition })
})

test("an hour after it was deleted, a service is forgotten", () => {
  const cats = running({})
  cats.call("DeleteService", { service: "auth", force: true })
  cats.pass(600)
  expect(cats.service()).toMatchObject({ status: "INACTIVE" })
  cats.pass(3600)
  expect(cats.call("DescribeServices", { services: ["auth"] })).toMatchObject({ failures: [{ reason: "MISSING" }] })
})
