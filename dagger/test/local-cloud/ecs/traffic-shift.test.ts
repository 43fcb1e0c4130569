import { expect, test } from "vitest"
import { AwsError } from "../../../local-cloud/ecs/aws-error.ts"
import { breaker, deploy, finish, running, withAlternate, type Behaviour } from "./world.ts"

const images: Record<string, Behaviour> = {
  crash: { exitsAfter: 0.5, exitCode: 1, answers: () => "failed" },
  later: { exitsAfter: 90, exitCode: 1 },
}

const canary = {
  strategy: "CANARY",
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
  bakeTimeInMinutes: 2,
}
const linear = { strategy: "LINEAR", linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } }
const blueGreen = { strategy: "BLUE_GREEN", bakeTimeInMinutes: 3 }

const shifting = (strategy: object) =>
  running(images, { ...withAlternate, desiredCount: 2, deploymentConfiguration: { ...breaker, ...strategy } })

/** The seconds at which shares and stages change, until the deployment has ended. */
function follow(cats: ReturnType<typeof shifting>) {
  const from = cats.seconds()
  const seen: [number, string, object][] = []
  while (cats.serviceDeployment()?.finishedAt === undefined) {
    const stage = String(cats.serviceDeployment()?.lifecycleStage)
    const last = seen.at(-1)
    const shares = cats.shares()
    if (last?.[1] !== stage || JSON.stringify(last[2]) !== JSON.stringify(shares))
      seen.push([Math.round(cats.seconds() - from), stage, shares])
    cats.pass(1)
  }
  return seen
}

test("a first deployment has nothing to shift from", () => {
  const cats = shifting(canary)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
  expect(cats.shares()).toEqual({ production: 100 })
})

test("a canary gets its share for so long, then everything, is watched, and the old tasks go last", () => {
  const cats = shifting(canary)
  const old = cats.tasks().map(({ taskArn }) => taskArn)
  deploy(cats, "good")
  const seen = follow(cats)
  expect(seen.map(([, stage, shares]) => [stage, shares])).toEqual([
    ["SCALE_UP", { production: 100 }],
    ["PRODUCTION_TRAFFIC_SHIFT", { alternate: 10, production: 90 }],
    ["BAKE_TIME", { alternate: 100 }],
    ["CLEAN_UP", { alternate: 100 }],
  ])
  const at = seen.map(([seconds]) => seconds)
  expect([at[2]! - at[1]!, at[3]! - at[2]!]).toEqual([300, 120])
  expect(cats.serviceDeployment()?.status).toBe("SUCCESSFUL")
  expect(cats.tasks().map(({ taskArn }) => taskArn)).not.toEqual(expect.arrayContaining(old))
  expect(cats.service().runningCount).toBe(2)

  // The next one has the groups the other way round.
  deploy(cats, "good")
  expect(follow(cats)[1]![2]).toEqual({ production: 10, alternate: 90 })
  expect(cats.shares()).toEqual({ production: 100 })
})

test.each<[string, object, number[]]>([
  ["linear goes on by its step", linear, [40, 80, 100]],
  ["blue-green changes over at once", blueGreen, [100]],
])("%s", (_, strategy, percents) => {
  const cats = shifting(strategy)
  deploy(cats, "good")
  const shares = follow(cats).map(([, , shares]) => (shares as Record<string, number>).alternate)
  expect([...new Set(shares.filter((percent) => percent !== undefined))]).toEqual(percents)
  expect(cats.serviceDeployment()?.status).toBe("SUCCESSFUL")
})

test("tasks that do not start get no request, and the breaker ends it", () => {
  const cats = shifting(canary)
  const old = cats.tasks().map(({ taskArn }) => taskArn)
  deploy(cats, "crash")
  expect(follow(cats).map(([, , shares]) => shares)).toEqual(expect.arrayContaining([{ production: 100 }]))
  expect(cats.serviceDeployment()?.status).toBe("ROLLBACK_SUCCESSFUL")
  expect(cats.shares()).toEqual({ production: 100 })
  expect(cats.tasks().map(({ taskArn }) => taskArn)).toEqual(old)
})

test.each(["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"])(
  "stopped at %s, the old tasks have all requests at once, and are the ones from before",
  (stage) => {
    const cats = shifting(canary)
    const old = cats.tasks().map(({ taskArn }) => taskArn)
    deploy(cats, "good")
    cats.passUntil(() => cats.serviceDeployment()?.lifecycleStage === stage)
    const { serviceDeploymentArn } = cats.serviceDeployment()!
    cats.call("StopServiceDeployment", { serviceDeploymentArn, stopType: "ROLLBACK" })
    cats.pass(1)
    expect(cats.shares()).toEqual({ production: 100 })
    finish(cats)
    expect(cats.serviceDeployment()?.status).toBe("ROLLBACK_SUCCESSFUL")
    expect(cats.tasks().map(({ taskArn }) => taskArn)).toEqual(old)
  },
)

test("a deployment that supersedes a canary shifts from what served before it", () => {
  const cats = shifting(canary)
  deploy(cats, "good")
  cats.passUntil(() => cats.serviceDeployment()?.lifecycleStage === "PRODUCTION_TRAFFIC_SHIFT")
  deploy(cats, "good")
  expect(cats.shares()).toEqual({ production: 100 })
  expect(follow(cats).at(-1)![2]).toEqual({ alternate: 100 })
  expect(cats.service().runningCount).toBe(2)
})

test("an alarm during a canary puts the old tasks back", () => {
  const alarms = { alarmNames: ["auth-5xx"], enable: true, rollback: true }
  const cats = shifting({ ...canary, alarms })
  deploy(cats, "good")
  cats.alarms()
  cats.passUntil(() => cats.serviceDeployment()?.lifecycleStage === "PRODUCTION_TRAFFIC_SHIFT")
  cats.alarms("auth-5xx")
  expect(cats.shares()).toEqual({ production: 100 })
  finish(cats)
  expect(cats.serviceDeployment()?.status).toBe("ROLLBACK_SUCCESSFUL")
})

test.each<[string, object, string]>([
  ["a share of nothing", { strategy: "CANARY", canaryConfiguration: { canaryPercent: 0 } }, "canaryPercent must be"],
  ["steps too small", { strategy: "LINEAR", linearConfiguration: { stepPercent: 2 } }, "stepPercent must be"],
  ["a day and more", { strategy: "BLUE_GREEN", bakeTimeInMinutes: 1441 }, "Bake times must be"],
  [
    "another's configuration",
    { strategy: "LINEAR", canaryConfiguration: { canaryPercent: 5 } },
    "CANARY strategy only",
  ],
])("%s is refused", (_, deploymentConfiguration, message) => {
  const cats = shifting({})
  expect(() => cats.call("UpdateService", { service: "auth", deploymentConfiguration })).toThrow(message)
})

test("a strategy that shifts traffic needs a second target group", () => {
  const cats = running({})
  const update = () => cats.call("UpdateService", { service: "auth", deploymentConfiguration: canary })
  expect(update).toThrow(AwsError)
  expect(update).toThrow("The CANARY strategy needs alternateTargetGroupArn")
})
