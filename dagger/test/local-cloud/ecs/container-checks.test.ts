import { expect, test } from "vitest"
import { breaker, finish, world, type Behaviour } from "./world.ts"

const healthCheck = { command: ["CMD", "node", "check.js"], interval: 10, timeout: 5, retries: 3, startPeriod: 30 }

/** A service without a load balancer, whose container says itself how it is. */
function worker(images: Record<string, Behaviour>, first = "good") {
  const cats = world(images)
  const deploy = (image: string) =>
    cats.call("UpdateService", { service: "auth", taskDefinition: cats.register(image, { healthCheck }) })
  const taskDefinition = cats.register(first, { healthCheck })
  cats.call("CreateService", { serviceName: "auth", taskDefinition, desiredCount: 1, deploymentConfiguration: breaker })
  return { cats, deploy }
}

test("a container's check decides whether its task is healthy, at once where it passes", () => {
  const { cats } = worker({ slow: { checks: (age) => age > 25 } }, "slow")
  cats.pass(20)
  expect(cats.tasks()).toMatchObject([{ healthStatus: "UNKNOWN", containers: [{ healthStatus: "UNKNOWN" }] }])
  expect(cats.primary()?.rolloutState).toBe("IN_PROGRESS")
  expect(cats.passUntil(() => cats.primary()?.rolloutState === "COMPLETED")).toBeLessThan(15)
  expect(cats.tasks()).toMatchObject([{ healthStatus: "HEALTHY", containers: [{ healthStatus: "HEALTHY" }] }])
})

test("a task whose container fails its checks in a row is replaced", () => {
  const { cats } = worker({ good: { checks: (age) => age < 60 || age > 1000 } })
  cats.passUntil(() => cats.tasks()[0]?.healthStatus === "HEALTHY")
  const [first] = cats.tasks()
  cats.passUntil(() => cats.tasks().every(({ taskArn }) => taskArn !== first!.taskArn))
  const [stopped] = cats.tasks("STOPPED")
  expect(stopped).toMatchObject({ stoppedReason: "Task failed container health checks", healthStatus: "UNHEALTHY" })
  // Three failures after a minute, and not the single one in a start.
  expect(stopped!.stoppingAt! - stopped!.startedAt!).toBeGreaterThanOrEqual(80)
  expect(cats.events().join("\n")).toMatch(/\(task \w+\) failed container health checks\./)
})

test("a revision whose containers never pass is rolled back by the breaker", () => {
  const { cats, deploy } = worker({ sick: { checks: () => false } })
  cats.passUntil(() => cats.primary()?.rolloutState === "COMPLETED")
  const good = cats.primary()?.taskDefinition
  deploy("sick")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" })
  expect(cats.primary()?.taskDefinition).toBe(good)
})

test("a check is run as the container definition has it", () => {
  const { cats } = worker({})
  cats.pass(5)
  const checks = cats.effects.flatMap(({ effect }) => (effect.type === "checkContainer" ? [effect] : []))
  expect(checks[0]).toMatchObject({ command: ["node", "check.js"], timeoutSeconds: 5 })
  const shell = world()
  shell.call("RunTask", {
    taskDefinition: shell.register("good", { healthCheck: { command: ["CMD-SHELL", "test -e /tmp/cats"] } }),
  })
  shell.pass(5)
  expect(shell.effects.map(({ effect }) => effect)).toContainEqual(
    expect.objectContaining({ type: "checkContainer", command: ["sh", "-c", "test -e /tmp/cats"] }),
  )
})
