import { expect, test } from "vitest"
import { Failure } from "../../../platform/failure.ts"
import { witnessOf } from "../../../delivery/rollback-verify/witness.ts"
import { judgeTraffic, rollbackVerify } from "../../../delivery/rollback-verify/rollback-verify.ts"
import { service } from "../../platform/manifests.ts"
import { stage, version } from "../stage.ts"

const tally = (requests: number, failed: number) => ({ requests, failed })

test.each([
  ["no failed request at all is well", tally(1000, 0), tally(3000, 0), 0],
  ["one failed request to another service is a disturbance", tally(1000, 0), tally(3000, 1), 1],
  ["the broken service may fail within its share", tally(1000, 10), tally(3000, 0), 0],
  ["the broken service may not fail beyond its share", tally(1000, 11), tally(3000, 0), 1],
  ["a client that never called proves nothing", tally(0, 0), tally(0, 0), 1],
])("%s", (_, broken, others, problems) => expect(judgeTraffic({ broken, others }, 0.01)).toHaveLength(problems))

test.each([
  ["production", { service: "catalog" }, "does not do that in production"],
  ["an unknown service", { service: "cats" }, 'unknown service "cats"'],
])("%s is refused before anything is deployed", async (name, options, words) => {
  const { target, progress, calls } = await stage()
  if (name === "production") target.environment = "production"
  calls.length = 0
  const error: unknown = await rollbackVerify(target, version("aaa"), options, progress).catch(
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(Failure)
  expect((error as Failure).outcome).toBe("refused")
  expect((error as Failure).message).toContain(words)
  expect(calls).toEqual([])
})

test("the errors of a service without smoke tests are for its figures to tell", async () => {
  const smoke = {
    suites: async () => [{ service: "auth", files: {} }],
    run: () => Promise.reject(new Error("not run here")),
    reach: (url: string) => url,
  }
  expect(await witnessOf("errors", service("auth"), smoke)).toBe("smoke tests")
  expect(await witnessOf("errors", service("catalog"), smoke)).toBe("watch")
  expect(await witnessOf("errors", service("auth"), undefined)).toBe("watch")
})

test("a crash is rolled back by the breaker, and the trial tells its figures", async () => {
  const { target, progress } = await stage()
  const [trial] = await rollbackVerify(target, version("aaa"), { service: "catalog", breakage: "crash" }, progress)
  expect(trial).toMatchObject({ breakage: "crash", noticed: "the breaker, at 3 of 3", others: { failed: 0 } })
})

test("a breaker that does not fire is noticed, though all is put back", async () => {
  const { target, progress } = await stage()
  target.platform.rollout.timeoutSeconds = 5
  const ecs = await target.aws.ecs()
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } }
  await ecs.updateService({ cluster: "cluster", service: "catalog", deploymentConfiguration })
  const failing = rollbackVerify(target, version("aaa"), { service: "catalog", breakage: "crash" }, progress)
  await expect(failing).rejects.toThrow(
    /^rolled-back: the rollback from crash .*\n.*the circuit breaker did not fire: DISABLED/,
  )
})

test("a neighbour whose tasks were replaced is noticed", async () => {
  const { target, progress } = await stage()
  const ecs = await target.aws.ecs()
  const disturb = (_subject: string, text: string) => {
    if (!text.includes("broken on purpose")) return
    void ecs
      .listTasks({ cluster: "cluster", serviceName: "proxy" })
      .then(({ taskArns }) => ecs.stopTask({ cluster: "cluster", task: taskArns![0] }))
  }
  const options = { service: "catalog", breakage: "crash" } as const
  const failing = rollbackVerify(target, version("aaa"), options, { ...progress, line: disturb })
  await expect(failing).rejects.toThrow("proxy was disturbed: its tasks were replaced")
})
