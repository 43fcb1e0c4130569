import type { Task } from "#aws/ecs"
import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import type { BuildImages } from "../../delivery/artifacts.ts"
import { Failure } from "../../platform/failure.ts"
import { seen } from "../docs/failure-table.ts"
import { intercept, stage, version, versionsOf } from "./stage.ts"

/** The Failure that a deploy ends with. */
async function failureOf(deploying: Promise<unknown>): Promise<Failure> {
  const end = await deploying.then(
    () => "success",
    (error: unknown) => error,
  )
  expect(end).toBeInstanceOf(Failure)
  return end as Failure
}

const denied = (): Promise<never> =>
  Promise.reject(Object.assign(new Error("denied"), { name: "AccessDeniedException" }))

const all = (text: string) => ({ auth: text, catalog: text, installation: text, proxy: text })

test("a first deploy brings every service to life and verifies it", async () => {
  const { target, progress, lines } = await stage()
  const { services } = await deploy(target, version("aaa"), progress)
  expect(services.map(({ service, version, changed }) => [service, version, changed])).toEqual([
    ["auth", "aaa", true],
    ["catalog", "aaa", true],
    ["installation", "aaa", true],
    ["proxy", "aaa", true],
  ])
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
  expect(lines.findIndex((line) => line === "migrate: migrated")).toBeLessThan(
    lines.findIndex((line) => line.includes("rolling out")),
  )
})

test("a service whose inputs did not change is left alone", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, version("aaa"), progress)
  calls.length = 0
  const { services } = await deploy(target, version("aaa", { catalog: "bbb" }), progress)
  expect(services.filter(({ changed }) => changed).map(({ service }) => service)).toEqual(["catalog"])
  expect(calls.filter((call) => call === "UpdateService")).toHaveLength(1)
  expect(calls.filter((call) => call === "RegisterTaskDefinition")).toHaveLength(1)
})

test("[rollout-crashes] one broken service puts all back that the deploy changed, and proves it", async () => {
  const { target, progress } = await stage({ broken: { exitsWith: 7 } })
  await deploy(target, version("aaa"), progress)
  const failure = await failureOf(deploy(target, version("bbb", { catalog: "broken" }), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toMatch(/task [0-9a-f]{8}… exited with 7.*, and 2 more the same way/)
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test.each([
  ["the log", "logs", "GetLogEvents"],
  ["the service's tasks", "ecs", "ListTasks"],
] as const)(
  "a role that may not read %s is told what else is known, and what it lacks",
  async (_, service, command) => {
    const { target, progress } = await stage({ broken: { exitsWith: 7 } })
    await deploy(target, version("aaa"), progress)
    await intercept(target, (called, next) => (called === command ? denied() : next()), service)
    const { message } = await failureOf(deploy(target, version("aaa", { catalog: "broken" }), progress))
    expect(message).toContain("circuit breaker threshold was exceeded")
    expect(message).toContain("(no more is known: denied)")
    if (command !== "ListTasks") expect(message).toContain("exited with 7")
  },
)

test("the cause is told while ECS still rolls back", async () => {
  const { target, progress, lines } = await stage({ broken: { exitsWith: 7 } })
  await deploy(target, version("aaa"), progress)
  lines.length = 0
  await failureOf(deploy(target, version("aaa", { catalog: "broken" }), progress))
  const cause = lines.findIndex((line) => line.includes("exited with 7"))
  expect(cause).toBeGreaterThan(0)
  expect(cause).toBeLessThan(lines.indexOf("catalog: ECS rolled it back"))
})

test("[rollout-image-missing] an image that does not exist is named as the cause", async () => {
  const { target, progress } = await stage({ gone: { missing: true } })
  await deploy(target, version("aaa"), progress)
  const failure = await failureOf(deploy(target, version("aaa", { proxy: "gone" }), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("CannotPullContainerError: registry/cat-house/proxy@sha256:gone: not found")
})

test("[verify-wrong-version] a service that ECS calls successful but that serves another version is put back", async () => {
  const { target, progress } = await stage({ bbb: { claims: "stale" } })
  await deploy(target, version("aaa"), progress)
  const failure = await failureOf(deploy(target, version("aaa", { catalog: "bbb" }), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("health answers version stale, expected bbb")
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("[rollout-first-fails] a failing first deployment returns to 0 tasks", async () => {
  const { target, progress } = await stage({ broken: { exitsWith: 1 } })
  const failure = await failureOf(deploy(target, version("aaa", { auth: "broken" }), progress))
  expect(failure.message).toMatch(seen())
  expect(await versionsOf(target)).toEqual(all("undefined × 0"))
})

test("[migrate-fails] a migration that fails stops before any service is touched", async () => {
  const { target, progress, calls } = await stage({ bbb: { migrationExitsWith: 3 } })
  await deploy(target, version("aaa"), progress)
  calls.length = 0
  const failure = await failureOf(deploy(target, version("bbb"), progress))
  expect(failure.message).toMatch(seen())
  expect(calls).not.toContain("UpdateService")
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("[migrate-never-ran] a migration whose task never started has committed nothing, and says so", async () => {
  const { target, progress, calls } = await stage({ gone: { missing: true } })
  await deploy(target, version("aaa"), progress)
  calls.length = 0
  const failure = await failureOf(deploy(target, version("gone"), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("CannotPullContainerError: ")
  expect(failure.message).toContain("nothing has been committed")
  expect(failure.message).not.toMatch(/not known|alembic_version|stays migrated/)
  expect(calls).not.toContain("UpdateService")
})

test("[put-back-unproven] a rollback that does not hold is told apart from one that does", async () => {
  const behaviours: Record<string, { exitsWith?: number; status?: number }> = { broken: { exitsWith: 1 } }
  const { target, progress } = await stage(behaviours)
  await deploy(target, version("aaa"), progress)
  // The old version, too, stops answering: its tasks are replaced in vain.
  const failure = await failureOf(
    deploy(target, version("bbb", { catalog: "broken" }), {
      ...progress,
      line: () => (behaviours.aaa = { status: 500 }),
    }),
  )
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("The platform is not what it was before.")
})

test("[rollout-slow] a roll-out that takes too long is stopped with a rollback", async () => {
  const { target, progress, calls } = await stage({ slow: { status: 503 } })
  target.platform.rollout.timeoutSeconds = 6
  await deploy(target, version("aaa"), progress)
  const failure = await failureOf(deploy(target, version("aaa", { catalog: "slow" }), progress))
  expect(calls).toContain("StopServiceDeployment")
  expect(failure.message).toMatch(seen())
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

const unknown = (): Promise<never> =>
  Promise.reject(Object.assign(new Error("no such operation"), { name: "UnknownOperationException" }))

test.each([
  ["a role that may not call ListServiceDeployments", "ListServiceDeployments", denied],
  ["a role that may not call DescribeServiceRevisions", "DescribeServiceRevisions", denied],
  ["a role that may not call DescribeServiceDeployments", "DescribeServiceDeployments", denied],
  ["an ECS without service deployments", "ListServiceDeployments", unknown],
  ["an ECS that lists service deployments and describes none", "DescribeServiceDeployments", unknown],
] as const)(
  "%s: a rollback is still told from a success, with its cause, as soon as it has ended",
  async (_, command, refuse) => {
    const { target, progress, clock } = await stage({ broken: { exitsWith: 1 } })
    await intercept(target, (called, next) => (called === command ? refuse() : next()))
    const since = clock.now()
    await deploy(target, version("aaa"), progress)
    const failure = await failureOf(deploy(target, version("bbb", { catalog: "broken" }), progress))
    expect(failure.outcome).toBe("rolled-back")
    expect(failure.message).toContain("exited with 1")
    expect(await versionsOf(target)).toEqual(all("aaa × 1"))
    expect((clock.now() - since) / 1000).toBeLessThan(target.platform.rollout.timeoutSeconds)
  },
)

test("looks at ECS that fail in the middle are repeated, and the deploy succeeds", async () => {
  const { target, progress } = await stage()
  let failures = 3
  await intercept(target, (called, next) =>
    called === "DescribeServiceDeployments" && failures-- > 0 ? Promise.reject(new Error("socket hang up")) : next(),
  )
  await deploy(target, version("aaa"), progress)
  expect(failures).toBeLessThan(0)
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("an answer that does not have our deployment yet is no failure", async () => {
  const { target, progress } = await stage()
  let stale = 2
  await intercept(target, async (called, next) => {
    const answer = await next()
    return called === "DescribeServiceDeployments" && stale-- > 0 ? { ...answer, serviceDeployments: [] } : answer
  })
  expect((await deploy(target, version("aaa"), progress)).services).toHaveLength(4)
})

test("an end that never comes is given up, and told", async () => {
  const { target, progress } = await stage({ slow: { status: 503 } })
  await deploy(target, version("aaa"), progress)
  target.platform.rollout.timeoutSeconds = 3
  await intercept(target, (called, next) => (called === "StopServiceDeployment" ? denied() : next()))
  const failure = await failureOf(deploy(target, version("aaa", { catalog: "slow" }), progress))
  expect(failure.message).toMatch(/ECS has not ended it after \d+ s/)
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("[put-back-fails] one service that cannot be put back does not keep the others from it", async () => {
  const { target, progress } = await stage({ broken: { exitsWith: 1 } })
  await deploy(target, version("aaa"), progress)
  let updates = 0
  await intercept(target, (called, next, input) => {
    const again = called === "UpdateService" && input.service === "auth" && ++updates > 1
    return again ? denied() : next()
  })
  const failure = await failureOf(deploy(target, version("bbb", { catalog: "broken" }), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("auth: denied")
  expect(await versionsOf(target)).toEqual({ ...all("aaa × 1"), auth: "bbb × 1" })
})

test("[rollout-answer-lost] a call whose answer is lost is not taken for one that changed nothing", async () => {
  const { target, progress } = await stage()
  await deploy(target, version("aaa"), progress)
  let lost = false
  await intercept(target, async (called, next) => {
    const answer = await next()
    if (called !== "UpdateService" || lost) return answer
    lost = true
    return denied()
  })
  const failure = await failureOf(deploy(target, version("aaa", { catalog: "bbb" }), progress))
  expect(failure.message).toMatch(seen())
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("[rollout-found] a roll-out that is under way is waited for: there is nothing yet to put back", async () => {
  const { target, progress, lines } = await stage()
  await deploy(target, version("aaa"), progress)
  const ecs = await target.aws.ecs()
  await ecs.updateService({ cluster: "cluster", service: "catalog", forceNewDeployment: true })
  await deploy(target, version("bbb"), progress)
  expect(lines).toContainEqual(expect.stringMatching(seen()))
  expect(await versionsOf(target)).toEqual(all("bbb × 1"))
})

test("[rollout-endless] a roll-out that ECS does not end is refused when it has taken longer than any may", async () => {
  const { target, progress, calls } = await stage({ slow: { status: 503 } })
  await deploy(target, version("aaa"), progress)
  const ecs = await target.aws.ecs()
  const containerDefinitions = [
    { name: "catalog", image: "x@sha256:slow", memory: 64, portMappings: [{ containerPort: 8002 }] },
  ]
  await ecs.registerTaskDefinition({ family: "slow", containerDefinitions })
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } }
  await ecs.updateService({ cluster: "cluster", service: "catalog", taskDefinition: "slow", deploymentConfiguration })
  target.platform.rollout.timeoutSeconds = 10
  calls.length = 0
  const failure = await failureOf(deploy(target, version("bbb"), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toMatch(/catalog: deployment ecs-svc\/\d+ has been in progress since 2027-/)
  expect(calls).not.toContain("RegisterTaskDefinition")
})

test("a deploy does not undo what scaled a service", async () => {
  const { target, progress } = await stage()
  await deploy(target, version("aaa"), progress)
  const ecs = await target.aws.ecs()
  const scale: BuildImages = async (services, progress) => {
    await ecs.updateService({ cluster: "cluster", service: "auth", desiredCount: 3 })
    return version("bbb").images(services, progress)
  }
  const { services } = await deploy(target, { ...version("bbb"), images: scale }, progress)
  expect(services[0]).toMatchObject({ service: "auth", healthyTargets: 3, desiredCount: 3 })
  expect(await versionsOf(target)).toEqual({ ...all("bbb × 1"), auth: "bbb × 3" })
})

test("a container that AWS puts beside the migration does not answer for it", async () => {
  const { target, progress } = await stage({ bbb: { migrationExitsWith: 3 } })
  await intercept(target, async (called, next) => {
    const answer = await next()
    if (called !== "DescribeTasks") return answer
    const tasks = (answer.tasks as Task[]).map((task) => ({
      ...task,
      containers: [{ name: "aws-guardduty-agent", exitCode: 0 }, ...task.containers!],
    }))
    return { ...answer, tasks }
  })
  const failure = await failureOf(deploy(target, version("bbb"), progress))
  expect(failure.message).toMatch(/^refused: the migration exited with 3/)
})

test("[cluster-unfit] a cluster that lacks a service is refused before anything is built", async () => {
  const { target, progress } = await stage()
  target.infrastructure.cluster = "another"
  const built = () => expect.fail("built")
  const failure = await failureOf(deploy(target, { ...version("aaa"), images: built }, progress))
  expect(failure.message).toMatch(seen())
})

test("[rollout-denied] a deploy that ECS lets change nothing is refused, and needs no right to deregister what it registered", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, version("aaa"), progress)
  await intercept(target, (called, next) => (called === "UpdateService" ? denied() : next()))
  calls.length = 0
  const failure = await failureOf(deploy(target, version("bbb"), progress))
  expect(failure.message).toMatch(seen())
  expect(failure.message).toContain("catalog: denied")
  expect(calls).not.toContain("DeregisterTaskDefinition")
})

test("[rollout-overtaken] a deploy beside ours that wins makes ours fail, and is left alone", async () => {
  const { target, progress } = await stage({ slow: { status: 503 } })
  await deploy(target, version("aaa"), progress)
  const ecs = await target.aws.ecs()
  let beside: Promise<unknown> | undefined
  const interfere = (_subject: string, text: string) => {
    if (!text.startsWith("rolling out")) return
    beside ??= ecs
      .registerTaskDefinition({
        family: "beside",
        containerDefinitions: [
          { name: "catalog", image: "x@sha256:ccc", memory: 64, portMappings: [{ containerPort: 8002 }] },
        ],
      })
      .then(() => ecs.updateService({ cluster: "cluster", service: "catalog", taskDefinition: "beside" }))
  }
  const failure = await failureOf(
    deploy(target, version("aaa", { catalog: "slow" }), { ...progress, status: interfere }),
  )
  await beside
  expect(failure.message).toMatch(seen())
  expect(failure.message).toMatch(/catalog: somebody else deployed .*task-definition\/beside:1 meanwhile; left alone/)
})
