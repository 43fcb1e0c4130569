import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { history } from "../../delivery/records/history.ts"
import { listDeployments, readRecord, type DeploymentRecord } from "../../delivery/records/record.ts"
import { rollback } from "../../delivery/rollback.ts"
import type { Artifacts } from "../../delivery/artifacts.ts"
import { status } from "../../delivery/status.ts"
import type { Target } from "../../delivery/target.ts"
import { historySummary, rollbackSummary, statusSummary } from "../../report/status-summary.ts"
import { rowOf } from "../node/table.ts"
import { seen } from "../docs/failure-table.ts"
import { intercept, stage, version, versionsOf, type Behaviour } from "./stage.ts"

const all = (text: string) => ({ auth: text, catalog: text, installation: text, proxy: text })

const from = (name: string, sha: string, head = "0001"): Artifacts => ({
  ...version(name),
  commit: { sha: sha.repeat(40), changed: false },
  migrations: async () => ["0001", "0002", "0003"].filter((id) => id <= head).map((id) => ({ id, sql: "SELECT 1;" })),
})

/** A stage that `aaa`, `bbb` and `ccc` have been deployed to, as deployments 1, 2 and 3. */
async function deployedThrice(behaviours: Record<string, Behaviour> = {}) {
  const staged = await stage(behaviours)
  const { target, progress } = staged
  await deploy(target, from("aaa", "a", "0001"), progress)
  await deploy(target, from("bbb", "b", "0001"), progress)
  await deploy(target, from("ccc", "c", "0003"), progress)
  return staged
}

test("a rollback returns to the deployment before, and is recorded as one of its own", async () => {
  const { target, progress } = await deployedThrice()
  const rolledBack = await rollback(target, undefined, progress)
  expect(rolledBack).toMatchObject({ number: 4, restored: 2 })
  expect(await versionsOf(target)).toEqual(all("bbb × 1"))
  const [two, four] = [await readRecord(target, 2), await readRecord(target, 4)]
  expect(four).toMatchObject({ restores: 2, commit: two.commit, services: two.services, secrets: two.secrets })
})

test("[rollback-beyond] a second rollback goes back once more, and not to what the first has undone", async () => {
  const { target, progress } = await deployedThrice()
  await rollback(target, undefined, progress)
  expect(await rollback(target, undefined, progress)).toMatchObject({ number: 5, restored: 1 })
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
  await expect(rollback(target, undefined, progress)).rejects.toThrow(seen())
  // Deployment 4 was a rollback to 2.
  await rollback(target, 4, progress)
  expect(await readRecord(target, 6)).toMatchObject({ restores: 2 })
})

test("[rollback-migrations] a rollback says which migrations it leaves, and runs none", async () => {
  const { target, progress, calls, lines } = await deployedThrice()
  calls.length = 0
  const rolledBack = await rollback(target, 1, progress)
  const words = "the database stays at 0003; deployment 1 ran with 0001. Migrations are not undone."
  expect(lines).toContain(`migrate: ${words}`)
  expect(`migrate: ${words}`).toMatch(seen())
  expect(rollbackSummary(rolledBack)).toContain(words)
  expect(calls).not.toContain("RunTask")
  expect(await readRecord(target, 4)).toMatchObject({ restores: 1, migration: "0003" })
})

test("a rollback registers no task definition anew, but for one that was deregistered", async () => {
  const { target, progress, calls } = await deployedThrice()
  const { services } = await readRecord(target, 1)
  const ecs = await target.aws.ecs()
  await ecs.deregisterTaskDefinition({ taskDefinition: services[0]!.taskDefinition })
  calls.length = 0
  await rollback(target, 1, progress)
  expect(calls.filter((call) => call === "RegisterTaskDefinition")).toHaveLength(1)
  const restored = (await readRecord(target, 4)).services
  const lasting = ({ seconds: _, ...service }: (typeof services)[number]) => service
  expect(restored.slice(1).map(lasting)).toEqual(services.slice(1).map(lasting))
  const definitions = [services[0]!, restored[0]!].map(async ({ taskDefinition }) => {
    const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition })
    return definition!.containerDefinitions
  })
  const [former, again] = await Promise.all(definitions)
  expect(again).toEqual(former)
})

test("[rollback-unregistered] a task definition that ECS does not take again leaves all as it is", async () => {
  const { target, progress } = await deployedThrice()
  const { services } = await readRecord(target, 1)
  const ecs = await target.aws.ecs()
  for (const { taskDefinition } of services) await ecs.deregisterTaskDefinition({ taskDefinition })
  let registered = 0
  await intercept(target, (called, next) => {
    if (called === "RegisterTaskDefinition" && ++registered === 3) throw new Error("denied")
    return next()
  })
  await expect(rollback(target, 1, progress)).rejects.toThrow(seen())
  expect(await versionsOf(target)).toEqual(all("ccc × 1"))
})

test("[rollback-unstarted] a rollback that does not start puts back what ran", async () => {
  const behaviours: Record<string, Behaviour> = {}
  const { target, progress } = await deployedThrice(behaviours)
  behaviours.aaa = { exitsWith: 1 }
  await expect(rollback(target, 1, progress)).rejects.toThrow(seen())
  expect(await versionsOf(target)).toEqual(all("ccc × 1"))
  expect(await listDeployments(target)).toEqual([3, 2, 1])
})

test("[rollback-record-fails] secrets go back with the services, and forth again where the rollback fails", async () => {
  const { target, progress } = await stage()
  for (const service of target.platform.services) service.secrets = ["DATABASE_URL", "JWT_SECRET"]
  const jwt = (text: string) => text.padEnd(32, ".")
  const current = async () => {
    const secrets = await target.aws.secrets()
    const answer = await secrets.getSecretValue({ SecretId: target.infrastructure.secrets.JWT_SECRET })
    return answer.SecretString!
  }
  for (const name of ["one", "two"])
    await deploy(target, { ...version("aaa"), secrets: { JWT_SECRET: jwt(name) } }, progress)
  const s3 = await target.aws.s3()
  const taken = { Bucket: target.infrastructure.deploymentsBucket, Key: "deployments/00000003.json" }
  const seize = (_: string, text: string) => {
    if (text.startsWith("serves")) void s3.putObject({ ...taken, Body: "{}" })
  }
  await expect(rollback(target, 1, { ...progress, done: seize })).rejects.toThrow(seen())
  expect(await current()).toBe(jwt("two"))
  await s3.deleteObject(taken)
  await rollback(target, 1, progress)
  expect(await current()).toBe(jwt("one"))
})

test.each<[string, number | undefined, (target: Target) => Promise<unknown>, RegExp]>([
  [
    "[rollback-unknown] a number that nothing is recorded under",
    7,
    async () => {},
    /no deployment 7 to local\.\n +Recorded are 3, 2, 1\./,
  ],
  ["[rollback-needless] the deployment that runs", 3, async () => {}, /local runs deployment 3 already/],
  [
    "[rollback-secret-gone] a deployment whose secret is not kept",
    1,
    (target) => changeRecord(target, 1, (record) => ({ ...record, secrets: { DATABASE_URL: "no-such-version" } })),
    /cannot be returned to deployment 1\.\n +the version of secret DATABASE_URL is not kept any more/,
  ],
  [
    "[rollback-definition-gone] a deployment whose task definition ECS does not know",
    1,
    (target) =>
      changeRecord(target, 1, (record) => ({
        ...record,
        services: record.services.map((service) => ({ ...service, taskDefinition: "no-such:1" })),
      })),
    /auth: no-such:1: .*\n +catalog: no-such:1/,
  ],
])("%s is refused before anything is changed", async (_, to, change, words) => {
  const { target, progress, calls } = await deployedThrice()
  await change(target)
  calls.length = 0
  await expect(rollback(target, to, progress)).rejects.toThrow(words)
  await expect(rollback(target, to, progress)).rejects.toThrow(seen())
  expect(calls.filter((call) => /Update|Register|RunTask/.test(call))).toEqual([])
})

test("[rollback-unrecorded] where nothing has been recorded, a rollback is refused, and status and history say so", async () => {
  const { target, progress } = await stage()
  await expect(rollback(target, undefined, progress)).rejects.toThrow(seen())
  expect(rowOf(statusSummary(await status(target)), "auth").slice(1, 4)).toEqual(["none", "0 of 0", ""])
  expect(historySummary(await history(target, 20))).toBe("No deployment has been recorded.")
})

test("status tells since which deployment, from which commit and by whom each service runs", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, from("aaa", "a"), progress)
  await deploy(target, { ...from("aaa", "b"), images: version("aaa", { catalog: "bbb" }).images }, progress)
  calls.length = 0
  const text = statusSummary(await status(target))
  expect(rowOf(text, "auth")).toEqual([
    "auth",
    "aaa",
    "1 of 1",
    "1",
    expect.stringMatching(/^2027-/),
    "a".repeat(12),
    "local",
  ])
  expect(rowOf(text, "catalog")).toEqual([
    "catalog",
    "bbb",
    "1 of 1",
    "2",
    expect.stringMatching(/^2027-/),
    "b".repeat(12),
    "local",
  ])
  expect(text).toContain("Not locked.")
  expect(text).not.toContain("It is not what the last deployment left")
  expect(calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([])
})

test("[half-done-found] a deploy that died half-way is told by status, and by the next deploy, which records what it finds", async () => {
  const { target, progress, lines } = await deployedThrice()
  const ecs = await target.aws.ecs()
  const { services } = await readRecord(target, 2)
  const { taskDefinition } = services[1]!
  await ecs.updateService({ cluster: "cluster", service: "catalog", taskDefinition })
  await target.clock.sleep(60_000)
  const words =
    "catalog runs bbb (cat-house-local-catalog:3), and deployment 3 recorded ccc (cat-house-local-catalog:4)"
  expect((await status(target)).unrecorded).toEqual([words])
  expect(statusSummary(await status(target))).toContain(`- ${words}`)
  const { number } = await deploy(target, version("ccc", { catalog: "bbb" }), progress)
  expect(lines).toContain(`preflight: ${words}`)
  expect(`preflight: ${words}`).toMatch(seen())
  expect(number).toBe(4)
  expect((await status(target)).unrecorded).toEqual([])
})

test("a rollback to the current deployment fixes what somebody changed by hand", async () => {
  const { target, progress } = await deployedThrice()
  const ecs = await target.aws.ecs()
  await ecs.updateService({ cluster: "cluster", service: "catalog", desiredCount: 0 })
  await target.clock.sleep(10_000)
  expect((await status(target)).unrecorded).toEqual([
    "catalog runs no task, and deployment 3 recorded ccc (cat-house-local-catalog:4)",
  ])
  await rollback(target, 3, progress)
  expect(await versionsOf(target)).toEqual(all("ccc × 1"))
})

test("history tells what each deployment was, and what it changed", async () => {
  const { target, progress } = await deployedThrice()
  await deploy(target, from("ccc", "d", "0003"), progress)
  await deploy(target, { ...from("ccc", "d"), images: version("ccc", { proxy: "ddd" }).images }, progress)
  await rollback(target, 2, progress)
  const text = historySummary(await history(target, 3))
  expect(rowOf(text, "5").slice(2)).toEqual([
    "rollback to 2",
    "auth, catalog, installation, proxy",
    "b".repeat(12),
    "local",
  ])
  expect(rowOf(text, "4").slice(2)).toEqual(["deploy", "proxy", "d".repeat(12), "local"])
  expect(text.split("\n")).toHaveLength(5)
})

test("[history-empty] a history of nothing is refused", async () => {
  const { target } = await stage()
  await expect(history(target, 0)).rejects.toThrow(seen())
})

test("looking at an environment does not need its lock", async () => {
  const { target, progress } = await stage()
  let during = ""
  await intercept(target, async (called, next) => {
    if (called === "RunTask") during = statusSummary(await status(target))
    return next()
  })
  await deploy(target, version("aaa"), progress)
  expect(during).toMatch(/It is locked until 2027-.*: deploy of a working copy by .*at the step "migrate"/)
})

/** Writes a record anew, as S3 would have it after another past. */
async function changeRecord(
  target: Target,
  deployment: number,
  change: (record: DeploymentRecord) => DeploymentRecord,
): Promise<void> {
  const s3 = await target.aws.s3()
  const Key = `deployments/${String(deployment).padStart(8, "0")}.json`
  const Body = JSON.stringify(change(await readRecord(target, deployment)))
  await s3.putObject({ Bucket: target.infrastructure.deploymentsBucket, Key, Body })
}
