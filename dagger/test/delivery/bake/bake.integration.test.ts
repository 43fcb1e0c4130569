import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import type { Progress } from "../../../platform/progress.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"
import { seen } from "../../docs/failure-table.ts"
import { intercept, stage, version, versionsOf, type Behaviour } from "../stage.ts"

const platform = () => {
  const parsed = parsePlatform(manifest())
  const environments = parsed.environments.map((one) => ({ ...one, bakeSeconds: one.local ? 60 : one.bakeSeconds }))
  return { ...parsed, environments }
}

/** A stage on which users call catalog as soon as it is watched, and before. */
async function busyStage(behaviours: Record<string, Behaviour> = {}) {
  const made = await stage(behaviours, { platform: platform() })
  const url = `${made.target.infrastructure.publicUrl}/api/v1/catalog/entries`
  const called: Promise<unknown>[] = []
  const call = () => {
    for (let request = 0; request < 30; request++) called.push(fetch(url).catch(() => undefined))
    return Promise.all(called)
  }
  const progress: Progress = {
    ...made.progress,
    status(subject, text) {
      if (subject === "catalog" && text.startsWith("being watched")) void call()
      made.progress.status(subject, text)
    },
  }
  // The clock is moved by sleeping; users are not: each look waits for their answers.
  await intercept(made.target, async (_, next) => (await Promise.all(called), next()), "logs")
  return { ...made, progress, call }
}

test("a good deploy takes its bake time longer, and tells what its users got", async () => {
  const { target, progress, lines, clock } = await busyStage()
  await deploy(target, version("aaa"), progress)
  const before = clock.now()
  await deploy(target, version("bbb"), progress)
  expect(clock.now() - before).toBeGreaterThanOrEqual(60_000)
  expect(lines).toContainEqual(
    expect.stringMatching(/^catalog: watched: 3\d requests, 0 failed, 95 of 100 within [\d.]+ s, 0 errors logged$/),
  )
  const unchanged = clock.now()
  await deploy(target, version("bbb"), progress)
  expect(clock.now() - unchanged).toBeLessThan(60_000)
})

test.each<[string, Behaviour["toUsers"], RegExp]>([
  [
    "5xx to users",
    { status: 500 },
    /30 of 3\d requests failed \([\d.]+ %\); before 0 of \d+ \(0 %\); the limit is 5 %/,
  ],
  [
    "slow for users",
    { afterMilliseconds: 2500 },
    /95 of 100 requests took up to [\d.]+ s; before [\d.]+ s; the limit is/,
  ],
  ["killed by its users", { exitsWith: 137 }, /task \w{8}… exited with 137 after \d+ s: OutOfMemoryError/],
])("[bake-worse] what ECS calls a success is put back: %s", async (_, toUsers, line) => {
  const { target, progress, call } = await busyStage({ bbb: { toUsers: toUsers! } })
  await deploy(target, version("aaa"), progress)
  await call()
  const failed = deploy(target, version("aaa", { catalog: "bbb" }), progress)
  await expect(failed).rejects.toThrow(seen())
  await expect(failed).rejects.toThrow(line)
  expect(await versionsOf(target)).toMatchObject({ catalog: "aaa × 1" })
})

test("an alarm that goes off meanwhile is a reason, one that had gone off before is not", async () => {
  const { target, progress, lines } = await busyStage()
  target.infrastructure.alarms = { catalog: ["catalog-5xx", "catalog-slow"] }
  const cloudwatch = await target.aws.cloudwatch()
  const alarm = (AlarmName: string) =>
    cloudwatch.putMetricAlarm({ AlarmName, EvaluationPeriods: 1, ComparisonOperator: "GreaterThanThreshold" })
  await Promise.all(["catalog-5xx", "catalog-slow"].map(alarm))
  const set = (AlarmName: string) =>
    cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: `${AlarmName} is over 5` })
  await set("catalog-slow")
  await deploy(target, version("aaa"), progress)
  expect(lines).not.toContainEqual(expect.stringContaining("went off"))
  let looks = 0
  await intercept(
    target,
    async (command, next) => {
      if (command === "DescribeAlarms" && ++looks === 3) await set("catalog-5xx")
      return next()
    },
    "cloudwatch",
  )
  await expect(deploy(target, version("bbb"), progress)).rejects.toThrow(
    /^rolled-back: catalog is worse[\s\S]*alarm catalog-5xx went off: catalog-5xx is over 5\n/,
  )
})

test("looks that fail are repeated, and a deploy that nobody could watch says so", async () => {
  const { target, progress, lines } = await busyStage()
  await intercept(
    target,
    async () => {
      throw new Error("CloudWatch is away")
    },
    "cloudwatch",
  )
  target.infrastructure.alarms = { catalog: ["catalog-5xx"] }
  await deploy(target, version("aaa"), progress)
  expect(lines).toContain("bake: not watched to its end: CloudWatch is away")
  expect(lines).toContain("catalog: not watched")
  expect(lines.join("\n")).not.toContain("watched: 0 requests")
})
