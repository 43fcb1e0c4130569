import { existsSync } from "node:fs"
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { branchPrefix } from "../../quality/neon/branch-name.ts"
import { neonWithTls } from "../quality/neon/neon-stage.ts"
import type { NeonServer } from "../quality/neon/neon-server.ts"
import type { NeonBranch } from "../quality/neon/neon-world.ts"
import { copyPlatform } from "../platform-copy.ts"
import { workingCopy } from "../working-copy.ts"
import { cathouse, start } from "./cathouse.ts"
import { rowOf } from "./table.ts"

let neon: NeonServer
let root: string
let env: Record<string, string>
let before: string[]

beforeAll(async () => {
  neon = await neonWithTls()
  root = await copyPlatform()
  env = { NEON_API_KEY: neon.apiKey, NEON_PROJECT: neon.project, NEON_ENDPOINT: neon.endpoint }
  before = await neon.world.databases()
})
afterAll(async () => {
  await neon.close()
  await rm(root, { recursive: true })
})
beforeEach(() => neon.drift.splice(0))

const parent = (): NeonBranch => neon.branches.find(({ name }) => name === "test")!
const ofTests = () => neon.branches.filter(({ name }) => name.startsWith(branchPrefix))

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe("on a branch in Neon", () => {
  test("a suite passes behind the pooler, the schema's change is shown, and nothing is left", async () => {
    const { ended } = start(root, ["test", "--service", "catalog"], env)
    await until(() => ofTests().length === 1)
    const { password } = ofTests()[0]!
    const { exitCode, stdout, stderr, left } = await ended
    expect(stderr + stdout).not.toContain(password)
    expect(stderr + stdout).not.toContain(neon.apiKey)
    expect({ exitCode, left, stderr }).toMatchObject({ exitCode: 0, left: [] })
    const [, passed, failed] = rowOf(stdout, "catalog")
    expect([Number(passed) > 20, failed]).toEqual([true, "0"])
    expect(stdout).toContain("Database: a branch in Neon (NEON_API_KEY is set)")
    expect(stderr).toContain("schema: +entries.slug character varying")
    expect(neon.world.pooled.connections).toBeGreaterThan(10)
    expect(ofTests()).toEqual([])
    expect(await neon.world.databases()).toEqual(before)
    expect(neon.drift).toEqual([])
  })

  test("a run that is killed leaves a branch that expires, and no process", async () => {
    const { child, ended } = start(root, ["test", "--service", "catalog", "--database", "neon"], env)
    await until(() => ofTests()[0]?.databases.includes("test_catalog") ?? false)
    child.kill("SIGKILL")
    expect((await ended).left).toEqual([])
    const hours = (ofTests()[0]!.expiresAt!.getTime() - Date.now()) / 3600_000
    expect([hours > 1, hours < 3]).toEqual([true, true])
    await neon.expire(new Date(Date.now() + 3 * 3600_000))
    expect(await neon.world.databases()).toEqual(before)
  })

  test("Ctrl-C deletes the branch", async () => {
    const { child, ended } = start(root, ["test", "--service", "catalog", "--database", "neon"], env)
    await until(() => ofTests()[0]?.databases.includes("test_catalog") ?? false)
    child.kill("SIGINT")
    const { exitCode, left } = await ended
    expect([exitCode, left, ofTests()]).toEqual([130, [], []])
  })

  test("migrations that fail on the parent's data are shown, and the branch is deleted", async () => {
    await neon.world.query(parent(), "neondb", "CREATE TABLE users (id int)")
    const { exitCode, stderr } = await cathouse(root, ["test", "--service", "catalog"], env)
    await neon.world.query(parent(), "neondb", "DROP TABLE users")
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/refused: the migrations fail on the data of the branch's parent.*"users" already exists/s)
    expect(ofTests()).toEqual([])
  })

  test("branches-clean removes what a killed run left, and says which", async () => {
    const name = `${branchPrefix}no-commit-left`
    neon.branches.push(await neon.world.makeBranch({ name, parent: parent(), operations: [] }))
    const kept = await cathouse(root, ["branches-clean"], env)
    expect(kept.stdout).toContain(`kept    ${name}: a run may be at work on it`)
    const removed = await cathouse(root, ["branches-clean", "--minutes", "0"], env)
    expect(removed.stdout).toBe(`removed ${name}\n`)
    expect(ofTests()).toEqual([])
  })
})

test("a given database is left as it was found", async () => {
  const schemas = () =>
    neon.world.query(
      parent(),
      "neondb",
      "SELECT nspname, relname FROM pg_namespace n LEFT JOIN pg_class c ON n.oid = relnamespace AND nspname !~ '^pg_' ORDER BY 1, 2",
    )
  await neon.world.query(parent(), "neondb", "CREATE TABLE cats (name text)")
  const found = await schemas()
  const url = neon.world.uriOf(parent(), "neondb", false)
  const args = ["test", "--service", "auth", "--suite", "integration"]
  const { exitCode, stdout, stderr } = await cathouse(root, args, { NEON_TEST_DATABASE_URL: url })
  expect([exitCode, rowOf(stdout, "auth")[2]]).toEqual([0, "0"])
  expect(stdout).toMatch(/Database: schemas of their own in 127\.0\.0\.1.*NEON_TEST_DATABASE_URL is set/)
  expect(stdout + stderr).not.toContain(parent().password)
  expect(await schemas()).toEqual(found)
  expect(await neon.world.databases()).toEqual(before)
  await neon.world.query(parent(), "neondb", "DROP TABLE cats")
})

test("a failed test is named first, and its reports are there", async () => {
  const copy = await workingCopy()
  await writeFile(
    join(copy, "services", "health-aggregator", "tests", "test_planted.py"),
    "def test_planted() -> None:\n    assert 1 == 2\n",
  )
  const args = ["test", "--service", "health-aggregator", "--suite", "unit"]
  const { exitCode, stderr } = await cathouse(copy, args)
  expect(exitCode).toBe(6)
  expect(stderr).toContain(
    "failed: health-aggregator.tests.test_planted::test_planted\n  health-aggregator.tests.test_planted",
  )
  for (const file of ["junit.xml", "coverage.xml", "html/index.html"])
    expect(existsSync(join(copy, "reports", "tests", "health-aggregator", file))).toBe(true)
  const { stdout } = await cathouse(copy, ["coverage"], { CODECOV_TOKEN: "" })
  expect(stdout).toContain(`CODECOV_TOKEN is not set, so nothing was sent. Reports: ${join(copy, "reports", "tests")}`)
})

describe("what cannot be tested on is refused before a test starts", () => {
  test.each([
    ["an unknown service", ["--service", "cats"], {}, /unknown service "cats".*auth, catalog, common/s],
    ["a wrong key", [], { NEON_API_KEY: "hunter2" }, /refused: Neon does not accept the API key/],
    ["a project that is not there", [], { NEON_PROJECT: "nowhere" }, /project nowhere.*is not there/],
    ["no project", [], { NEON_PROJECT: "" }, /refused: NEON_PROJECT must be set/],
    ["Neon out of reach", [], { NEON_ENDPOINT: "http://127.0.0.1:9" }, /refused: Neon's API cannot be reached/],
    [
      "a URL without sslmode",
      ["--database", "url"],
      { NEON_TEST_DATABASE_URL: "postgresql://u:hunter2@db.example.com/db" },
      /refused: NEON_TEST_DATABASE_URL has no sslmode/,
    ],
    [
      "a database out of reach",
      ["--database", "url"],
      { NEON_TEST_DATABASE_URL: "postgresql://u:hunter2@127.0.0.1:9/db" },
      /refused: the tests' database cannot be used.*127\.0\.0\.1.*refused/s,
    ],
  ])("%s", async (_, args, variables, words) => {
    const { exitCode, stdout, stderr } = await cathouse(root, ["test", ...args], { ...env, ...variables })
    expect(stderr).toMatch(words)
    expect(stderr).not.toMatch(/hunter2|testing/)
    // A database is asked by Python, which has to be there for that.
    if (!(args as string[]).includes("url")) expect(stderr).not.toContain("installing")
    expect([exitCode, stdout]).toEqual([2, ""])
  })
})
