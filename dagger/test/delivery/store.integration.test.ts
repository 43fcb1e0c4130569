import { expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { unlock } from "../../delivery/lock/lock.ts"
import { readLock, writeLock } from "../../delivery/lock/lock-object.ts"
import { keepMigrations, readKeptMigrations } from "../../delivery/migrations/kept-migrations.ts"
import { deploymentOf, indexCommit, readRecord, writeRecord } from "../../delivery/records/record.ts"
import { readManifest, readPointer, writeManifest, writePointer } from "../../delivery/site/releases.ts"
import type { Target } from "../../delivery/target.ts"
import { seen } from "../docs/failure-table.ts"
import { ministack } from "./emulator.ts"
import { intercept, silent } from "./stage.ts"

let buckets = 0

/** An environment that has a deployments' bucket, and nothing else. */
async function withBucket(objects: Record<string, string> = {}): Promise<Target> {
  const deploymentsBucket = `store-${++buckets}`
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const clock = { now: Date.now, sleep: async () => {}, after: () => () => {} }
  const aws = connect({ region: "eu-central-1", endpoint: ministack.url, credentials, clock })
  const s3 = await aws.s3()
  await s3.createBucket({ Bucket: deploymentsBucket })
  for (const [Key, Body] of Object.entries(objects)) await s3.putObject({ Bucket: deploymentsBucket, Key, Body })
  return { environment: "staging", aws, clock, infrastructure: { deploymentsBucket } } as unknown as Target
}

async function textOf(target: Target, Key: string): Promise<string> {
  const s3 = await target.aws.s3()
  const { Body } = await s3.getObject({ Bucket: target.infrastructure.deploymentsBucket, Key })
  return Body!.transformToString()
}

const sha = "1f2e3d4c5b6a7988796a5b4c3d2e1f0011223344"
const release = "9".repeat(64)

/** An object as it was written before formats had numbers; `read` is what becomes of it, and `write` writes that again. */
interface Kind {
  key: string
  text: string
  read(target: Target): Promise<unknown>
  value: unknown
  write(target: Target): Promise<unknown>
  /** The number that is written today */
  version: number
}

const lock = {
  id: "5c1e0b6e-5b0e-4d0e-9d0e-2b1f3a4c5d6e",
  owner: "arn:aws:sts::123456789012:assumed-role/cat-house-staging-deployer/octocat@run-7",
  reason: "deploy of commit 1f2e3d4c5b6a",
  step: "roll out",
  acquiredAt: "2026-03-04T05:06:07.890Z",
  expiresAt: "2026-03-04T05:08:07.890Z",
}

const record = {
  deployment: 12,
  startedAt: "2026-03-04T05:06:07.890Z",
  finishedAt: "2026-03-04T05:09:10.123Z",
  by: "arn:aws:iam::123456789012:user/deployer",
  commit: { sha, branch: "main", changed: false, source: "https://github.com/cat-house/cat-house" },
  services: [
    {
      name: "auth",
      version: "a".repeat(64),
      image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/cat-house/auth@sha256:${"b".repeat(64)}`,
      sbom: `sha256:${"c".repeat(64)}`,
      taskDefinition: "arn:aws:ecs:eu-central-1:123456789012:task-definition/cat-house-staging-auth:34",
      desiredCount: 2,
    },
  ],
  secrets: { DATABASE_URL: "v-1", JWT_SECRET: "v-2", A_SECRET_OF_FORMER_TIMES: "v-3" },
  site: release,
  migration: "0002",
  version: "staging-12",
  plan: "0123456789ab-0123",
}

const current = { release, activating: ["8".repeat(64)], activation: 4, history: [release] }
const manifest = {
  "index.html": {
    sha256: "d".repeat(64),
    bytes: 12,
    cacheControl: "no-cache",
    contentType: "text/html; charset=utf-8",
  },
}
const migrations = [{ id: "0001", sql: "CREATE TABLE cats (id int);" }]
const indented = (value: unknown) => JSON.stringify(value, null, 2)

const kinds: [string, Kind][] = [
  [
    "the lock",
    {
      key: "locks/deployment.json",
      text: indented(lock),
      read: async (target) => (await readLock(target))?.value,
      value: lock,
      write: async (target) => writeLock(target, lock, (await readLock(target))?.etag),
      version: 1,
    },
  ],
  [
    "a deployment's record",
    {
      key: "deployments/00000012.json",
      text: indented(record),
      read: (target) => readRecord(target, 12),
      value: record,
      write: (target) => writeRecord(target, record),
      version: 1,
    },
  ],
  [
    "the site's pointer",
    {
      key: "site/current.json",
      text: indented(current),
      read: async (target) => (await readPointer(target)).current,
      value: current,
      write: async (target) => writePointer(target, await readPointer(target), current),
      version: 1,
    },
  ],
  [
    "a release's manifest",
    {
      key: `site/${release}/manifest.json`,
      text: JSON.stringify(manifest),
      read: (target) => readManifest(target, release),
      value: manifest,
      write: (target) => writeManifest(target, release, manifest),
      version: 2,
    },
  ],
  [
    "kept migrations",
    {
      key: "migrations/abc.json",
      text: JSON.stringify(migrations),
      read: (target) => readKeptMigrations(target, "abc"),
      value: migrations,
      write: (target) => keepMigrations(target, "abc", migrations),
      version: 2,
    },
  ],
  [
    "a commit's deployment",
    {
      key: `commits/${sha}`,
      text: "12",
      read: (target) => deploymentOf(target, sha),
      value: 12,
      write: (target) => indexCommit(target, record.commit, 12, silent),
      version: 2,
    },
  ],
]

test.each(kinds)(
  "%s that was written before formats had numbers is still read",
  async (_, { key, text, read, value }) => {
    expect(await read(await withBucket({ [key]: text }))).toEqual(value)
  },
)

test.each(kinds)(
  "%s is written with its format's number, and read again",
  async (_, { key, read, value, write, version }) => {
    const target = await withBucket()
    await write(target)
    expect(JSON.parse(await textOf(target, key))).toMatchObject({ formatVersion: version })
    expect(await read(target)).toEqual(value)
  },
)

test.each(kinds)("[store-newer] %s of a newer format is refused", async (_, { key, read, version }) => {
  const target = await withBucket({ [key]: JSON.stringify({ formatVersion: version + 1, anything: true }) })
  await expect(read(target)).rejects.toThrow(
    `${key} in bucket ${target.infrastructure.deploymentsBucket} has format version ${version + 1}; this cat-house reads versions up to ${version}.`,
  )
})

test.each(kinds)("[store-damaged] %s that was cut off, or is something else, is refused", async (_, kind) => {
  const { key, text, read } = kind
  const damages = [
    [`${text.slice(0, -1)}{`, "it is not JSON"],
    ['{"formatVersion": 0}', "there is no format version 0"],
    ["null", ""],
    ['"text"', ""],
  ] as const
  for (const [damaged, why] of damages) {
    const target = await withBucket({ [key]: damaged })
    const { deploymentsBucket } = target.infrastructure
    await expect(read(target), damaged).rejects.toThrow(`${key} in bucket ${deploymentsBucket} is damaged: ${why}`)
  }
})

test("[store-damaged] what is wrong with a record, and how to bring it back, is said in words", async () => {
  const { services, ...others } = record
  const [service] = services
  const damaged = { ...others, services: [{ ...service, image: 7 }] }
  const target = await withBucket({ "deployments/00000012.json": JSON.stringify(damaged) })
  const reading = readRecord(target, 12)
  await expect(reading).rejects.toThrow(seen())
  await expect(reading).rejects.toThrow(
    /is damaged: services\.0\.image: .*expected string.*\n.*list-object-versions --bucket store-\d+ --prefix deployments\/00000012\.json\n.*Nothing was changed/,
  )
})

test("[store-newer] whoever reads a newer record is told to use a newer cat-house", async () => {
  const target = await withBucket({ "deployments/00000012.json": indented({ ...record, formatVersion: 9 }) })
  await expect(readRecord(target, 12)).rejects.toThrow(seen())
})

test("[store-damaged] a damaged lock is refused with the way to delete it", async () => {
  const target = await withBucket({ "locks/deployment.json": "{" })
  await expect(unlock(target)).rejects.toThrow(
    /^refused: locks\/deployment\.json in bucket (store-\d+) is damaged: it is not JSON.*\n.*aws s3 rm s3:\/\/\1\/locks\/deployment\.json/,
  )
})

test("a record whose answer is lost is ours, and another one is not", async () => {
  const target = await withBucket()
  let lost = false
  await intercept(
    target,
    async (command, next) => {
      if (command !== "PutObject" || lost) return next()
      lost = true
      await next()
      return next() // as the SDK does it when it got no answer
    },
    "s3",
  )
  await writeRecord(target, record)
  expect(lost).toBe(true)
  await expect(writeRecord(target, { ...record, by: "somebody-else" })).rejects.toThrow(
    "somebody else recorded deployment 12 meanwhile",
  )
  expect(await readRecord(target, 12)).toEqual(record)
})
