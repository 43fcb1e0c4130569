import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import { listDeployments, readRecord } from "../../../delivery/records/record.ts"
import type { Artifacts } from "../../../delivery/artifacts.ts"
import type { Target } from "../../../delivery/target.ts"
import { mostDeployments } from "../../../platform/manifest-schema.ts"
import { seen } from "../../docs/failure-table.ts"
import { intercept, stage, version } from "../stage.ts"

const jwt = (text: string) => text.padEnd(32, ".")

/** The versions of JWT_SECRET that have labels, by their values. */
async function labelled(target: Target): Promise<Record<string, string[]>> {
  const secrets = await target.aws.secrets()
  const SecretId = target.infrastructure.secrets.JWT_SECRET
  const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId })
  const read = Object.entries(VersionIdsToStages).map(async ([VersionId, stages]) => {
    const { SecretString } = await secrets.getSecretValue({ SecretId, VersionId })
    return [SecretString!, stages.filter((stage) => stage !== "AWSPREVIOUS").toSorted()] as const
  })
  return Object.fromEntries((await Promise.all(read)).filter(([, stages]) => stages.length > 0))
}

/** All labels of all versions of a secret. */
async function labelsOf(target: Target, SecretId: string): Promise<string[]> {
  const { VersionIdsToStages = {} } = await (await target.aws.secrets()).describeSecret({ SecretId })
  return Object.values(VersionIdsToStages).flat()
}

/** A stage whose services all use JWT_SECRET. */
async function stageWithJwt() {
  const staged = await stage()
  for (const service of staged.target.platform.services) service.secrets = ["DATABASE_URL", "JWT_SECRET"]
  return staged
}

test("deployments are counted, and one that changes nothing is not recorded, nor migrated", async () => {
  const { target, progress, calls } = await stage()
  expect((await deploy(target, version("aaa"), progress)).number).toBe(1)
  calls.length = 0
  expect((await deploy(target, version("aaa"), progress)).number).toBeUndefined()
  expect(calls.filter((call) => /Run|Register|Update/.test(call))).toEqual([])
  expect((await deploy(target, version("aaa", { catalog: "bbb" }), progress)).number).toBe(2)
  expect(await listDeployments(target)).toEqual([2, 1])
})

test("a record tells what runs, with which secrets, and from which commit", async () => {
  const { target, progress } = await stage()
  const commit = { sha: "1".repeat(40), branch: "develop", changed: false }
  await deploy(target, { ...version("aaa"), commit }, progress)
  const record = await readRecord(target, 1)
  expect(record).toMatchObject({ deployment: 1, commit, by: "local" })
  expect(record.services).toHaveLength(4)
  expect(record.services[0]).toMatchObject({
    name: "auth",
    version: "aaa",
    image: "registry/cat-house/auth@sha256:aaa",
    desiredCount: 1,
  })
  expect(Date.parse(record.finishedAt)).toBeGreaterThan(Date.parse(record.startedAt))
})

test("[commit-unindexed] a deployment whose commit cannot be noted stands", async () => {
  const { target, progress, lines } = await stage()
  await intercept(
    target,
    (called, next, { Key }) =>
      called === "PutObject" && String(Key).startsWith("commits/") ? Promise.reject(new Error("denied")) : next(),
    "s3",
  )
  const commit = { sha: "1".repeat(40), changed: false }
  expect((await deploy(target, { ...version("aaa"), commit }, progress)).number).toBe(1)
  expect(lines.join("\n")).toMatch(seen())
})

test("a new secret is current once its deployment has succeeded, and not while it runs", async () => {
  const { target, progress } = await stageWithJwt()
  let during: Record<string, string[]> = {}
  await intercept(target, async (called, next) => {
    if (called === "RunTask") during = await labelled(target)
    return next()
  })
  await deploy(target, { ...version("aaa"), secrets: { JWT_SECRET: jwt("new") } }, progress)
  expect(during).toEqual({ "a value of JWT_SECRET": ["AWSCURRENT"], [jwt("new")]: ["deploy-1"] })
  expect(await labelled(target)).toEqual({ [jwt("new")]: ["AWSCURRENT", "deploy-1"] })
})

test("a secret's versions keep their labels while they are in history, and no longer", async () => {
  const { target, progress } = await stageWithJwt()
  const counts: number[] = []
  await intercept(
    target,
    async (called, next, { SecretId }) => {
      const answer = await next()
      if (/^(Put|Update)Secret/.test(called)) counts.push((await labelsOf(target, String(SecretId))).length)
      return answer
    },
    "secrets",
  )
  for (const name of ["one", "two", "three", "four", "five"])
    await deploy(target, { ...version("aaa"), secrets: { JWT_SECRET: jwt(name) } }, progress)
  // AWS allows 20: what the manifest leaves room for, beside the history.
  expect(Math.max(...counts)).toBe(target.platform.history.deployments + 20 - mostDeployments)
  expect(await labelled(target)).toEqual({
    [jwt("three")]: ["deploy-3"],
    [jwt("four")]: ["deploy-4"],
    [jwt("five")]: ["AWSCURRENT", "deploy-5"],
  })
})

test("[record-fails] a deployment that cannot be recorded is put back, its secrets too", async () => {
  const { target, progress } = await stageWithJwt()
  await deploy(target, version("aaa"), progress)
  const before = await labelled(target)
  const s3 = await target.aws.s3()
  const { deploymentsBucket: Bucket } = target.infrastructure
  const taken: Artifacts = {
    ...version("bbb"),
    secrets: { JWT_SECRET: jwt("new") },
    async images(services, progress) {
      await s3.putObject({ Bucket, Key: "deployments/00000002.json", Body: "{}" })
      return version("bbb").images(services, progress)
    },
  }
  const failing = deploy(target, taken, progress)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow(/\n.*somebody else recorded deployment 2 meanwhile/)
  expect(await labelled(target)).toEqual(before)
})

test("[lock-unreadable] records that cannot be read are refused before anything is built", async () => {
  const { target, progress } = await stage()
  target.infrastructure.deploymentsBucket = "no-such-bucket"
  const images = () => expect.fail("built")
  await expect(deploy(target, { ...version("aaa"), images }, progress)).rejects.toThrow(seen())
})
