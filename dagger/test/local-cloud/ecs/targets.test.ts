import { expect, test } from "vitest"
import { passes } from "../../../local-cloud/ecs/health-check.ts"
import { deploy, finish, running, targetGroupArn, world, behindLoadBalancer, type Behaviour } from "./world.ts"
import { targetHealth } from "../../../local-cloud/ecs/targets/target-health.ts"

function starting(image: Behaviour, service: object = {}) {
  const cats = world({ image })
  const create = { serviceName: "auth", taskDefinition: cats.register("image"), desiredCount: 1, ...behindLoadBalancer }
  cats.call("CreateService", { ...create, ...service })
  return cats
}

const health = (cats: ReturnType<typeof starting>) => cats.targetHealth().map(({ TargetHealth }) => TargetHealth)

test("a target is initial until as many probes passed as its threshold says", () => {
  const cats = starting({})
  expect(health(cats)).toEqual([])
  cats.pass(1.05)
  expect(health(cats)).toMatchObject([{ State: "initial", Reason: "Elb.RegistrationInProgress" }])
  cats.pass(0.1)
  expect(health(cats)).toMatchObject([{ State: "initial", Reason: "Elb.InitialHealthChecking" }])
  expect(cats.healthyTargets()).toEqual([])
  cats.pass(5)
  expect(health(cats)).toEqual([{ State: "healthy" }])
  expect(cats.healthyTargets()).toEqual([{ host: "127.0.0.1", port: 30_001 }])
})

test.each([
  [500, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"],
  ["timed-out" as const, "Target.Timeout", "Request timed out"],
  ["failed" as const, "Target.FailedHealthChecks", "Health checks failed"],
])(
  "a target that answers %s is unhealthy with AWS's reason, and the service says so",
  (answer, Reason, Description) => {
    const cats = starting({ answers: () => answer }, { healthCheckGracePeriodSeconds: 30 })
    cats.pass(10)
    expect(health(cats)).toEqual([{ State: "unhealthy", Reason, Description }])
    cats.passUntil(() => cats.tasks("STOPPED").length > 0)
    const id = cats.tasks("STOPPED")[0]?.taskArn?.split("/").at(-1)
    expect(cats.events()).toContain(
      `(service auth) (task ${id}) (port 30001) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${Description})`,
    )
  },
)

test("unhealthy checks are ignored during the grace period, and count after it", () => {
  const cats = starting({ answers: () => 500 }, { healthCheckGracePeriodSeconds: 60 })
  cats.pass(60.9)
  expect(cats.tasks()).toHaveLength(1)
  cats.pass(0.2)
  expect(cats.tasks()).toHaveLength(2)
})

test("a task that gets well within the grace period is left alone", () => {
  const cats = starting({ answers: (age) => (age < 40 ? 503 : 200) }, { healthCheckGracePeriodSeconds: 60 })
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
  expect(cats.tasks("STOPPED")).toEqual([])
})

test("a task that becomes unhealthy later gets its replacement first, and is stopped when that one is healthy", () => {
  const image: Behaviour = {}
  const cats = starting(image)
  finish(cats)
  const from = cats.now()
  const [sick] = cats.tasks()
  // Only the first task falls ill: a container's age tells them apart
  image.answers = (age) => (age > (cats.now() - from) / 1000 + 1 ? 500 : 200)
  cats.passUntil(() => cats.tasks().length === 2)
  expect(cats.healthyTargets()).toEqual([])
  cats.passUntil(() => cats.tasks("STOPPED").length > 0)
  expect(cats.healthyTargets()).toHaveLength(1)
  expect(cats.tasks("STOPPED")[0]?.taskArn).toBe(sick?.taskArn)
  expect(cats.serviceDeployments()).toHaveLength(1)
})

test("no request reaches a task from the moment it drains; SIGTERM comes when the delay is over", () => {
  const cats = running({})
  const [old] = cats.healthyTargets()
  deploy(cats, "better")
  cats.passUntil(() => cats.tasks("STOPPED").length > 0)
  const from = cats.seconds()
  expect(cats.healthyTargets()).not.toContainEqual(old)
  expect(health(cats)).toContainEqual({
    State: "draining",
    Reason: "Target.DeregistrationInProgress",
    Description: "Target deregistration is in progress",
  })
  finish(cats)
  const stop = cats.effects.find(({ effect }) => effect.type === "stopContainer")
  expect(stop?.at).toBe(from + 10)
  expect(health(cats)).toEqual([{ State: "healthy" }])
})

test("a probe that was under way when its target began to drain does not bring it back", () => {
  const cats = running({})
  const [target] = cats.state().targets
  cats.passUntil(() => cats.state().targets[0]?.probing === true)
  cats.call("UpdateService", { service: "auth", desiredCount: 0 })
  cats.pass(1)
  expect(cats.state().targets).toMatchObject([{ taskId: target?.taskId, state: "draining", probing: false }])
})

test("where there is no room for replacements, unhealthy tasks are stopped one at a time", () => {
  const good: Behaviour = {}
  const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 100 }
  const cats = running({ good }, { desiredCount: 3, deploymentConfiguration })
  const from = cats.now()
  good.answers = (age) => (age > (cats.now() - from) / 1000 + 1 ? 500 : 200)
  let fewest = 3
  cats.watch(() => {
    const decided = cats.state().targets.filter(({ state }) => state === "healthy" || state === "unhealthy")
    fewest = Math.min(fewest, decided.length)
  })
  cats.pass(120)
  expect(fewest).toBe(2)
  expect(cats.tasks("STOPPED")).toHaveLength(3)
  expect(cats.healthyTargets()).toHaveLength(3)
})

test("a target that nobody registered is unused", () => {
  const cats = running({})
  expect(targetHealth(cats.state(), targetGroupArn, [{ Id: "127.0.0.1", Port: 1 }])).toEqual([
    {
      Target: { Id: "127.0.0.1", Port: 1 },
      HealthCheckPort: "1",
      TargetHealth: {
        State: "unused",
        Reason: "Target.NotRegistered",
        Description: "Target is not registered to the target group",
      },
    },
  ])
})

test("a crashed task's target drains, and takes no request", () => {
  const cats = running({ good: { exitsAfter: 60, exitCode: 1 } })
  cats.passUntil(() => cats.tasks("STOPPED").length > 0)
  expect(health(cats)[0]).toMatchObject({ State: "draining" })
  expect(cats.healthyTargets()).toEqual([])
  cats.pass(1)
  expect(cats.service()).toMatchObject({ runningCount: 1 })
})

test.each([
  ["200", 200, true],
  ["200", 204, false],
  ["200,204", 204, true],
  ["200-299", 250, true],
  ["200-299", 301, false],
  ["200-201,404", 404, true],
])("matcher %s and code %i: %s", (matcher, statusCode, expected) => {
  expect(passes({ kind: "answered", statusCode }, matcher)).toBe(expected)
})
