import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import type { Target } from "../../delivery/target.ts"
import { undoStack } from "../../delivery/undo.ts"
import { intercept, silent, stage, version } from "./stage.ts"

const denied = (): Promise<never> => Promise.reject(new Error("denied"))

/** A stack of two changes with something prepared before each, and what undoing it has done. */
function stacked({
  second = async (): Promise<string[]> => [],
  withdrawn = async (): Promise<unknown> => undefined,
} = {}) {
  const done: string[] = []
  const { undo, run } = undoStack({ ...silent, line: (subject, text) => void done.push(`${subject}: ${text}`) })
  const putBack = (name: string, result: () => Promise<string[]>) => () => (done.push(name), result())
  undo.withdraw("first", "it stays", async () => void done.push("first is withdrawn"))
  undo.restore({ left: [], putBack: putBack("one", async () => []) })
  undo.withdraw("second", "it stays", () => (done.push("second is withdrawn"), withdrawn()))
  undo.restore({ left: [], putBack: putBack("two", second) })
  return { done, run }
}

test("the last change is undone first, and what it was made of after it", async () => {
  const { done, run } = stacked()
  expect(await run()).toEqual([])
  expect(done).toEqual(["two", "second is withdrawn", "one", "first is withdrawn"])
})

test.each([
  ["says what is still wrong", async () => ["two is still wrong"], ["two is still wrong"]],
  ["breaks off", denied, ["denied"]],
])("what %s keeps what it was made of, and the changes before it are undone all the same", async (_, second, wrong) => {
  const { done, run } = stacked({ second })
  expect(await run()).toEqual(wrong)
  expect(done).toEqual(["two", "one"])
})

test("what cannot be withdrawn is told, and keeps nothing from being undone", async () => {
  const { done, run } = stacked({ withdrawn: denied })
  expect(await run()).toEqual([])
  expect(done).toEqual(["two", "second is withdrawn", "second: it stays: denied", "one", "first is withdrawn"])
})

/** A stage that `aaa` is deployed to, and a deploy of a new secret and of images of which one does not start. */
async function failing(prepare: (target: Target) => Promise<void>) {
  const { target, progress } = await stage({ broken: { exitsWith: 1 } })
  for (const service of target.platform.services) service.secrets = ["DATABASE_URL", "JWT_SECRET"]
  await deploy(target, version("aaa"), progress)
  const before = await labels(target)
  await prepare(target)
  const secrets = { JWT_SECRET: "a new secret".padEnd(32, ".") }
  const end = deploy(target, { ...version("bbb", { catalog: "broken" }), secrets }, progress)
  return { target, before, end }
}

/** The labels of the secret's versions. */
async function labels(target: Target) {
  const secrets = await target.aws.secrets()
  const SecretId = target.infrastructure.secrets.JWT_SECRET
  const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId })
  return Object.values(VersionIdsToStages).flat().sort()
}

test("a deploy that is put back leaves no version of a secret behind", async () => {
  const { target, before, end } = await failing(async () => {})
  await expect(end).rejects.toThrow(/^rolled-back: catalog did not start/)
  expect(await labels(target)).toEqual(before)
})

test("a service that cannot be put back keeps the secret that it runs with", async () => {
  const { target, end } = await failing(async (target) => {
    let updates = 0
    await intercept(target, (called, next, { service }) =>
      called === "UpdateService" && service === "auth" && ++updates > 1 ? denied() : next(),
    )
  })
  await expect(end).rejects.toThrow(/^rollback-failed: catalog did not start/)
  const [auth] = await readRunning(target, target.platform.services)
  expect(auth!.revision.version).toBe("bbb")
  expect(await labels(target)).toContain("deploy-2")
})

test("what nothing puts back is told, where it has happened", async () => {
  const crash = { catalog: "bbb" }
  const { target } = await stage({ bbb: { exitsWith: 1 } })
  await deploy(target, { ...version("aaa"), migrations: async () => [create] }, silent)
  const unmigrated = deploy(target, { ...version("aaa", crash), migrations: async () => [create] }, silent)
  await expect(unmigrated).rejects.toThrow(/^rolled-back: [^]*\n {2}Correct the cause and deploy again\./)
  const more = { ...version("ccc", crash), migrations: async () => [create, add] }
  await expect(deploy(target, more, silent)).rejects.toThrow(
    /^rolled-back: [^]*\n {2}The database stays migrated\. Correct the cause/,
  )
})

const create = { id: "0001", sql: "CREATE TABLE cats (id INT);" }
const add = { id: "0002", sql: "ALTER TABLE cats ADD name TEXT;" }
