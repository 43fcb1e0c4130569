import { beforeAll, expect, test } from "vitest"
import { connect } from "../../../aws/clients.ts"
import { deploy } from "../../../delivery/deploy.ts"
import { parametersOf } from "../../../platform/infrastructure.ts"
import { migrate } from "../../../delivery/migrate.ts"
import { planId } from "../../../delivery/plan/plan-id.ts"
import { plan } from "../../../delivery/plan/plan.ts"
import { chooseArtifacts } from "../../../delivery/records/promotion.ts"
import { readRecord } from "../../../delivery/records/record.ts"
import { findImage } from "../../../delivery/registry/ecr.ts"
import type { Artifacts } from "../../../delivery/artifacts.ts"
import type { BuiltImage, Target } from "../../../delivery/target.ts"
import { refused } from "../../../platform/failure.ts"
import { planSummary } from "../../../report/plan-summary.ts"
import { seen } from "../../docs/failure-table.ts"
import { putImages } from "../ecr-images.ts"
import { ministack } from "../emulator.ts"
import { silent, stage, version, versionsOf } from "../stage.ts"

const names = ["auth", "catalog", "installation", "proxy"]
const commit = (letter: string) => ({ sha: letter.repeat(40), changed: false })
const create = { id: "0001", sql: "CREATE TABLE cats (id INT);" }
const drop = { id: "0002", sql: "DROP TABLE cats;" }

/** Digests of images that ECR holds, which are versions, too. */
let one: string
let two: string

/** Staging, which has run `one` (deployment 1, commit a…) and `two` (2, commit b…), and production, which has run nothing. */
async function environments() {
  const [staging, production] = [await stage(), await stage()]
  staging.target.environment = "staging"
  production.target.environment = "production"
  const ssm = await staging.target.aws.ssm()
  for (const [name, Value] of Object.entries(parametersOf(staging.target.infrastructure)))
    await ssm.putParameter({ Name: `/cat-house/staging/${name}`, Value, Type: "String", Overwrite: true })
  await deploy(staging.target, { ...version(one), migrations: async () => [create], commit: commit("a") }, silent)
  const second = { ...version(two), migrations: async () => [create, drop], commit: commit("b") }
  await deploy(staging.target, second, silent, { allowDestructive: true })
  const choose = (name?: string) => chooseArtifacts(production.target, workingCopy, name)
  return { staging, production, target: production.target, choose }
}

/** What nothing may be taken from in a promotion. */
const workingCopy: Artifacts = {
  versions: () => Promise.reject(new Error("the working copy was asked for versions")),
  images: () => Promise.reject(new Error("the working copy was built")),
  site: () => Promise.reject(new Error("the working copy's site was built")),
  migrations: () => Promise.reject(new Error("the working copy's migrations were read")),
  secrets: {},
}

/** Sees the name of each call; what it throws is what the caller gets. */
async function watchCalls({ aws }: Target, see: (command: string) => void): Promise<void> {
  const watched: Middleware =
    (next, { commandName }) =>
    async (args) => {
      see(commandName)
      return next(args)
    }
  for (const client of [await aws.ecs(), await aws.ecr(), await aws.secrets(), await aws.s3()]) {
    const stack = client.middlewareStack as { add(middleware: Middleware, where: { step: "initialize" }): void }
    stack.add(watched, { step: "initialize" })
  }
}

type Middleware = (
  next: (args: unknown) => Promise<unknown>,
  context: { commandName: string },
) => (args: unknown) => Promise<unknown>

/** Makes calls fail as AWS does for want of a permission. */
const deny = (target: Target, commands: RegExp) =>
  watchCalls(target, (command) => {
    if (commands.test(command)) throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" })
  })

beforeAll(async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const aws = connect({ region: "sa-east-1", endpoint: ministack.url, credentials })
  one = await putImages(aws, names, "one")
  two = await putImages(aws, names, "two")
}, 60_000)

test("production gets the very images that staging ran under a version, and their migrations", async () => {
  const { target, production, choose } = await environments()
  const artifacts = await choose("staging-1")
  const planned = await plan(target, artifacts, silent)
  expect(planned.migrations.pending).toEqual([create])
  const { number } = await deploy(target, artifacts, silent, { approve: planId(planned) })
  expect(number).toBe(1)
  expect(await versionsOf(target)).toEqual(Object.fromEntries(names.map((name) => [name, `${one} × 2`])))
  const record = await readRecord(target, 1)
  expect(record).toMatchObject({
    version: "staging-1",
    plan: planId(planned),
    commit: commit("a"),
    migration: "0001",
  })
  for (const name of names) {
    expect((await findImage(target.aws, `cat-house/${name}`, "production-1"))?.digest).toBe(`sha256:${one}`)
  }

  // By commit, and with a migration that loses something: seen in the plan, and allowed.
  const next = await choose("bbbbbbb")
  const seen = await plan(target, next, silent)
  expect(planSummary(seen, "dagger call")).toMatch(/> - 0002 drops the table cats: `DROP TABLE cats`/)
  await expect(deploy(target, next, silent, { approve: planId(seen) })).rejects.toThrow(/destructive/)
  production.calls.length = 0
  await deploy(target, next, silent, { approve: planId(seen), allowDestructive: true })
  expect(await readRecord(target, 2)).toMatchObject({ version: "staging-2", migration: "0002" })
  expect(production.calls).toContain("RunTask")
})

test("a commit that had nothing to change in staging is a version, too: the one that staging ran by then", async () => {
  const { choose, staging } = await environments()
  const same = { ...version(two), migrations: async () => [create, drop] }
  expect((await deploy(staging.target, { ...same, commit: commit("c") }, silent)).number).toBeUndefined()
  expect(await choose("ccccccc")).toMatchObject({ version: "staging-2", commit: commit("b") })
  await deploy(staging.target, { ...same, commit: { ...commit("d"), changed: true } }, silent)
  await expect(choose("ddddddd")).rejects.toThrow(/^refused: staging has not run ddddddd/)
})

test("[version-ambiguous] the beginning of two commits that staging has run is refused, and both are named", async () => {
  const { choose, staging } = await environments()
  const like = { ...commit("b"), sha: "b".repeat(7) + "c".repeat(33) }
  const third = { ...version(two, { proxy: one }), migrations: async () => [create, drop], commit: like }
  await deploy(staging.target, third, silent)
  await expect(choose("bbbbbbb")).rejects.toThrow(seen())
  await expect(choose("bbbbbbb")).rejects.toThrow(`${commit("b").sha}, ${like.sha}`)
  await expect(choose("bbbbbbbc")).resolves.toBeDefined()
})

test("[version-unknown] a version that staging has not run is refused, and those that it ran last are named", async () => {
  const { choose, staging, target } = await environments()
  const last = /the last are staging-2 \(bbbbbbbbbbbb\), staging-1 \(aaaaaaaaaaaa\)/
  for (const unknown of ["staging-3", "3", "ccccccc"]) {
    await expect(choose(unknown)).rejects.toThrow(seen())
    await expect(choose(unknown)).rejects.toThrow(
      new RegExp(`^refused: staging has not run ${unknown}\\.\\n.*${last.source}`),
    )
  }
  await expect(migrate(target, workingCopy, silent)).rejects.toThrow(
    /^refused: production promotes what staging has run/,
  )

  // A working copy that differed from its commit is not that commit.
  await deploy(
    staging.target,
    {
      ...version(two, { proxy: one }),
      migrations: async () => [create, drop],
      commit: { ...commit("d"), changed: true },
    },
    silent,
  )
  await expect(choose("ddddddd")).rejects.toThrow("refused: staging has not run ddddddd.")
})

test.each<[string, string | undefined]>([
  ["[version-unnamed] no version", undefined],
  ["[version-malformed] a tag", "latest"],
  ["[version-malformed] a commit that is too short", "aaa"],
  ["[version-malformed] another environment's", "production-1"],
])("%s is refused", async (_, version) => {
  const { choose } = await environments()
  await expect(choose(version)).rejects.toThrow(seen())
})

test("[plan-stale] production is not deployed to without an approval, nor by one that no longer holds", async () => {
  const { target, production, choose } = await environments()
  const artifacts = await choose("staging-1")
  production.calls.length = 0
  await expect(deploy(target, artifacts, silent)).rejects.toThrow(seen("plan-missing"))
  await expect(deploy(target, artifacts, silent)).rejects.toThrow(
    /^refused: production requires an approved plan, and none was named\.\n.*plan --env production --version staging-1/,
  )
  const approve = planId(await plan(target, artifacts, silent))
  await expect(deploy(target, await choose("staging-2"), silent, { approve, allowDestructive: true })).rejects.toThrow(
    /What differs: version, images, task definitions, migrations\. It is plan [0-9a-f]{12}-[0-9a-f]{32} now\./,
  )
  await expect(deploy(target, artifacts, silent, { approve: "yes" })).rejects.toThrow(seen("plan-malformed"))

  const secrets = await target.aws.secrets()
  await secrets.putSecretValue({
    SecretId: target.infrastructure.secrets.DATABASE_URL,
    SecretString: "another value",
  })
  const stale = deploy(target, artifacts, silent, { approve })
  await expect(stale).rejects.toThrow(seen())
  await expect(stale).rejects.toThrow("What differs: task definitions, secrets.")
  expect(production.calls.filter((call) => /^(Register|Run|Update)/.test(call))).toEqual([])
})

test("staging takes a version that it ran before, too, but none that is behind its database", async () => {
  const { target } = (await environments()).staging
  await deploy(target, { ...version(two, { proxy: one }), migrations: async () => [create, drop] }, silent)
  const { number } = await deploy(target, await chooseArtifacts(target, workingCopy, "staging-2"), silent)
  expect(number).toBe(4)
  expect(await versionsOf(target)).toEqual(Object.fromEntries(names.map((name) => [name, `${two} × 1`])))
  expect(await readRecord(target, 4)).toMatchObject({ version: "staging-2", commit: commit("b") })
  await expect(
    deploy(target, await chooseArtifacts(target, workingCopy, "staging-1"), silent, { allowOlder: true }),
  ).rejects.toThrow(/^refused: the database of staging is at migration 0002/)
  target.environment = "local"
  await expect(chooseArtifacts(target, workingCopy, "staging-2")).rejects.toThrow("refused: --version is for staging")
})

test(
  "[promoted-image-gone] an image that ECR has expired is named before anything changes",
  { timeout: 60_000 },
  async () => {
    const { target, production, choose } = await environments()
    const artifacts = await choose("staging-1")
    const ecr = await target.aws.ecr()
    await ecr.batchDeleteImage({ repositoryName: "cat-house/proxy", imageIds: [{ imageDigest: `sha256:${one}` }] })
    production.calls.length = 0
    const failure =
      /^refused: images of this version are gone\.\n {2}ECR does not hold registry\/cat-house\/proxy@sha256:/
    await expect(plan(target, artifacts, silent)).rejects.toThrow(failure)
    await expect(plan(target, artifacts, silent)).rejects.toThrow(seen())
    await expect(deploy(target, artifacts, silent, { approve: "any" })).rejects.toThrow(failure)
    await putImages(target.aws, names, "one")
  },
)

test("images without valid provenance are not promoted, and nothing changes", async () => {
  const { target, production, choose } = await environments()
  const approve = planId(await plan(target, await choose("staging-1"), silent))
  const asked: string[] = []
  const verifyProvenance = async (images: BuiltImage[]) => {
    asked.push(...images.map(({ image }) => image))
    throw refused("images of this version have no valid provenance.")
  }
  const artifacts = await chooseArtifacts(target, { ...workingCopy, verifyProvenance }, "staging-1")
  production.calls.length = 0
  await expect(deploy(target, artifacts, silent, { approve })).rejects.toThrow(
    /^refused: images .* have no valid provenance/,
  )
  expect(asked).toEqual(names.map((name) => `registry/cat-house/${name}@sha256:${one}`))
  expect(production.calls.filter((call) => /^(Register|Run|Update)/.test(call))).toEqual([])
})

test("a plan only reads, whoever makes it gets the same, and what it may not read is told", async () => {
  const { target, choose } = await environments()
  await deploy(target, await choose("staging-1"), silent, {
    approve: planId(await plan(target, await choose("staging-1"), silent)),
  })
  const artifacts = await choose("staging-2")
  const whole = await plan(target, artifacts, silent)
  const used: string[] = []
  await watchCalls(target, (command) => used.push(command))
  expect(planId(await plan(target, artifacts, silent))).toBe(planId(whole))
  expect(used.filter((command) => !/^(Describe|List|Get|BatchGet|Head)/.test(command))).toEqual([])
  expect(used).not.toContain("GetSecretValueCommand")

  await deny(target, /^(DescribeServices|BatchGetImage|DescribeSecret)/)
  const partial = await plan(target, artifacts, silent)
  expect(partial.notes).toEqual([
    "the version of DATABASE_URL may not be read: taken from the record of deployment 1",
    "the version of ENCRYPTION_KEY may not be read: taken from the record of deployment 1",
    "images: ECR may not be queried for them; taken from the record of staging-2",
    "the services and their task definitions may not be read: taken from the record of deployment 1",
  ])
  expect(partial.services).toEqual(whole.services)
  expect(planId(partial)).toBe(planId(whole))
  expect(planSummary(partial, "dagger call")).toMatch(
    /### What could not be read\n\n- the version of DATABASE_URL may not/,
  )
})
