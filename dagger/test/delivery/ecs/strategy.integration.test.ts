import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import { rollback } from "../../../delivery/rollback.ts"
import type { Progress } from "../../../platform/progress.ts"
import { parsePlatform, type Environment } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"
import { stage, version, versionsOf, type Behaviour } from "../stage.ts"

/** A stage whose environment has a strategy, on which users call catalog whenever somebody looks at a shift. */
async function shiftingStage(strategy: Environment["strategy"], behaviours: Record<string, Behaviour> = {}) {
  const parsed = parsePlatform(manifest())
  const environments = parsed.environments.map((one) => ({ ...one, strategy }))
  // How long a request takes is this machine's own time, whatever the clock says: a busy one is no worse release.
  const limits = { ...parsed.limits, p95Seconds: 60, slowdown: 1000 }
  const made = await stage(behaviours, { platform: { ...parsed, environments, limits } })
  made.target.pollSeconds = 10
  const url = `${made.target.infrastructure.publicUrl}/api/v1/catalog/entries`
  const call = () => Promise.all(Array.from({ length: 60 }, () => fetch(url).catch(() => undefined)))
  const progress: Progress = {
    ...made.progress,
    status(subject, text) {
      if (subject === "catalog" && text.startsWith("new tasks:")) void call()
      made.progress.status(subject, text)
    },
  }
  const secondsOf = async (work: () => Promise<unknown>) => {
    const from = made.clock.now()
    await work()
    return (made.clock.now() - from) / 1000
  }
  return { ...made, progress, secondsOf }
}

const canary = { type: "canary", percent: 25, minutes: 2 } as const

test.each<[string, Environment["strategy"], number, number]>([
  ["a canary", canary, 120, 180],
  ["linear", { type: "linear", percent: 40, minutes: 1 }, 120, 180],
  ["blue-green", { type: "blue-green", minutes: 2 }, 120, 180],
  ["rolling", { type: "rolling" }, 0, 60],
])("a good deploy by %s takes its time, and the strategy's", async (_, strategy, least, most) => {
  const { target, progress, secondsOf } = await shiftingStage(strategy)
  await deploy(target, version("aaa"), progress)
  const seconds = await secondsOf(() => deploy(target, version("bbb"), progress))
  expect(seconds).toBeGreaterThanOrEqual(least)
  expect(seconds).toBeLessThan(most)
  expect(await versionsOf(target)).toEqual({
    auth: "bbb × 1",
    catalog: "bbb × 1",
    installation: "bbb × 1",
    proxy: "bbb × 1",
  })
  // The next one has the target groups the other way round.
  await deploy(target, version("ccc"), progress)
  expect(await versionsOf(target)).toMatchObject({ catalog: "ccc × 1" })
})

test("a canary whose users are worse off is ended early, by the figures of both sides", async () => {
  const { target, progress, lines, secondsOf } = await shiftingStage(canary, { bbb: { toUsers: { status: 500 } } })
  await deploy(target, version("aaa"), progress)
  const seconds = await secondsOf(async () => {
    const failed = deploy(target, version("aaa", { catalog: "bbb" }), progress)
    await expect(failed).rejects.toThrow(/^rolled-back: catalog is worse than what it replaced; every service serves/)
    await expect(failed).rejects.toThrow(
      /new tasks: (\d+) of \1 requests failed \(100 %\); the old ones 0 of \d+ \(0 %\)/,
    )
  })
  expect(seconds).toBeLessThan(100)
  expect(lines).toContainEqual(
    expect.stringMatching(/^catalog: new tasks: \d+ requests?, .*; old: \d+ requests, 0 failed/),
  )
  expect(await versionsOf(target)).toMatchObject({ catalog: "aaa × 1" })
})

test("what did not start is told as ever, and what is put back is so at once", async () => {
  const { target, progress, secondsOf } = await shiftingStage(canary, { bbb: { exitsWith: 1 } })
  await deploy(target, version("aaa"), progress)
  await deploy(target, version("ccc"), progress)
  const failed = deploy(target, version("ddd", { catalog: "bbb" }), progress)
  await expect(failed).rejects.toThrow(/^rolled-back: catalog did not start; every service serves/)
  expect(await versionsOf(target)).toMatchObject({ auth: "ccc × 1", catalog: "ccc × 1" })
  expect(await secondsOf(() => rollback(target, 1, progress))).toBeLessThan(100)
  expect(await versionsOf(target)).toMatchObject({ auth: "aaa × 1", catalog: "aaa × 1" })
})

test("an environment that cannot shift traffic is refused before anything changes, and told what it lacks", async () => {
  const { target, progress, calls } = await shiftingStage(canary)
  target.infrastructure.shifts = {}
  calls.length = 0
  await expect(deploy(target, version("aaa"), progress)).rejects.toThrow(
    /^refused: local cannot be deployed to\.\n {2}strategy canary needs a second target group of auth, catalog, installation, proxy: apply/,
  )
  expect(calls).not.toContain("UpdateService")
})

test("a strategy that is no more leaves services rolling", async () => {
  const { target, progress } = await shiftingStage(canary)
  await deploy(target, version("aaa"), progress)
  for (const environment of target.platform.environments) environment.strategy = { type: "rolling" }
  await deploy(target, version("bbb"), progress)
  const ecs = await target.aws.ecs()
  const { services } = await ecs.describeServices({ cluster: "cluster", services: ["catalog"] })
  expect(services![0]!.deploymentConfiguration).toMatchObject({ strategy: "ROLLING" })
  expect(await versionsOf(target)).toMatchObject({ catalog: "bbb × 1" })
})
