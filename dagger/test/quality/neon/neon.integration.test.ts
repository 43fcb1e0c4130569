import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { branchesClean } from "../../../quality/neon/branches-clean.ts"
import { branchName } from "../../../quality/neon/branch-name.ts"
import { openBranch } from "../../../quality/neon/branch.ts"
import { callerOf, neonWithTls } from "./neon-stage.ts"
import type { NeonServer } from "./neon-server.ts"

const create = "POST /projects/{project_id}/branches"
const list = "GET /projects/{project_id}/branches"
const remove = "DELETE /projects/{project_id}/branches/{branch_id}"
const commit = "4f1c09aa4f1c09aa4f1c09aa4f1c09aa4f1c09aa"

let server: NeonServer
let runs = 0
const run = () => ({ commit, id: `run-${++runs}` })
const names = () => server.branches.map(({ name }) => name)

beforeAll(async () => {
  server = await neonWithTls()
})
afterAll(() => server.close())
afterEach(async () => {
  // Read here, so that every test is one of the API's document, too.
  expect(server.drift.splice(0)).toEqual([])
  await server.expire(new Date("9999-01-01"))
  expect(names()).toEqual(["main", "test"])
})

async function select<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  // `require` in pg checks the certificate, unlike Postgres's own clients.
  const client = new pg.Client({ connectionString: url.replace("sslmode=require", "sslmode=no-verify") })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

describe("a run on a branch of its own", () => {
  test("has the parent's data, databases of its own, and leaves nothing", async () => {
    const parent = server.branches.find(({ name }) => name === "test")!
    await server.world.query(parent, "neondb", "CREATE TABLE cats (name text)")
    await server.world.query(parent, "neondb", "INSERT INTO cats VALUES ('Felix')")
    const { neon, progress } = await callerOf(server)
    const before = await server.world.databases()

    const branch = await openBranch(neon, { commit, id: "77-1" }, progress)
    expect(branch.name).toBe("cat-house-test-4f1c09aa4f1c-77-1")
    const direct = await branch.urlOf(branch.database, "direct")
    expect(await select(direct, "SELECT name FROM cats")).toEqual([{ name: "Felix" }])
    expect(await branch.schemaDiff()).toBe("")
    await select(direct, "CREATE TABLE dogs (name text)")
    expect(await branch.schemaDiff()).toBe("+dogs.name text\n")

    await branch.createDatabase("test_catalog")
    const throughPooler = server.world.pooled.connections
    const [own] = await select<{ ssl: boolean; tables: string }>(
      await branch.urlOf("test_catalog", "pooled"),
      "SELECT ssl, (SELECT count(*) FROM pg_tables WHERE schemaname = 'public') AS tables " +
        "FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    )
    expect(own).toEqual({ ssl: true, tables: "0" })
    expect(server.world.pooled.connections).toBe(throughPooler + 1)

    await branch.close()
    expect(await server.world.databases()).toEqual(before)
    await server.world.query(parent, "neondb", "DROP TABLE cats")
  })

  test("asks for an expiry within hours, so that a killed run's branch goes by itself", async () => {
    const { neon, progress } = await callerOf(server)
    await openBranch(neon, run(), progress)
    const { expiresAt } = server.branches.at(-1)!
    const minutes = (expiresAt!.getTime() - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(60)
    expect(minutes).toBeLessThanOrEqual(121)
    await server.expire(new Date(Date.now() + 3 * 3600_000))
    expect(names()).toEqual(["main", "test"])
  })

  test("two at once have a branch each, with a password each", async () => {
    const { neon, progress } = await callerOf(server)
    const both = await Promise.all([openBranch(neon, run(), progress), openBranch(neon, run(), progress)])
    const urls = await Promise.all(both.map((branch) => branch.urlOf(branch.database, "direct")))
    await Promise.all(urls.map((url, index) => select(url, `CREATE TABLE only_${index} ()`)))
    expect(
      await Promise.all(urls.map((url) => select(url, "SELECT relname FROM pg_class WHERE relname ~ '^only'"))),
    ).toEqual([[{ relname: "only_0" }], [{ relname: "only_1" }]])
    expect(new Set(urls.map((url) => new URL(url).password)).size).toBe(2)
    await Promise.all(both.map(({ close }) => close()))
  })

  test("says no password, whatever happens", async () => {
    const { neon, progress, lines } = await callerOf(server)
    const branch = await openBranch(neon, run(), progress)
    const { password } = server.branches.at(-1)!
    server.fail(remove, { status: 500, message: "on fire", times: 100 })
    await branch.close()
    expect(lines.at(-1)).toMatch(/could not be deleted \(500: on fire\); it expires 20/)
    expect(lines.join("\n")).not.toContain(password)
    expect(lines.join("\n")).not.toContain(server.apiKey)
    server.clearFaults()
  })
})

describe("what goes wrong on the way is overcome", () => {
  test.each([
    ["another operation holds the project", { status: 423, times: 2 }],
    ["too many requests", { status: 429, headers: { "retry-after": "7" } }],
    ["out of service", { status: 503, times: 3 }],
  ])("%s", async (_, fault) => {
    for (const route of [create, list, remove]) server.fail(route, fault)
    const { neon, progress, clock } = await callerOf(server)
    const branch = await openBranch(neon, run(), progress)
    await branch.close()
    expect(names()).toEqual(["main", "test"])
    if ("headers" in fault) expect(clock.slept.filter((slept) => slept === 7000)).toHaveLength(3)
  })

  test("an operation that failed is waited for, as Neon tries again", async () => {
    server.operationStatuses = ["scheduling", "running", "failed", "running", "finished"]
    const { neon, progress } = await callerOf(server)
    const branch = await openBranch(neon, run(), progress)
    expect(await branch.schemaDiff()).toBe("")
    await branch.close()
  })

  test("a lost answer does not make a second branch", async () => {
    server.fail(create, { lost: "answer" })
    const { neon, progress } = await callerOf(server)
    const branch = await openBranch(neon, run(), progress)
    expect(names()).toEqual(["main", "test", branch.name])
    expect(await select(await branch.urlOf(branch.database, "direct"), "SELECT 1 AS one")).toEqual([{ one: 1 }])
    await branch.close()
  })

  test("a request that was lost is made again", async () => {
    server.fail(create, { lost: "request" })
    const { neon, progress } = await callerOf(server)
    await (await openBranch(neon, run(), progress)).close()
    expect(names()).toEqual(["main", "test"])
  })
})

describe("what cannot be overcome is told, and leaves no branch", () => {
  test.each([
    ["a wrong key", { access: { apiKey: "wrong" } }, /Neon does not accept the API key.*NEON_API_KEY/s],
    ["an unknown project", { access: { project: "nowhere" } }, /project nowhere.*not there.*NEON_PROJECT/s],
    ["a project out of reach", { fault: { status: 404, message: "gone" } }, /is not there for this key/],
    ["a plan without the compute", { fault: { status: 412, message: "cu" } }, /does not allow the compute/],
    [
      "as many branches as the plan allows",
      { fault: { status: 422, code: "BRANCHES_LIMIT_EXCEEDED" } },
      /as many branches as its plan allows.*branches-clean/s,
    ],
    ["requests that are held up for ever", { fault: { status: 423, times: 1000 } }, /did not get to it in time/],
    ["an operation that ended in error", { operation: ["running", "error"] }, /create_branch is error/],
    ["an operation that never ends", { operation: ["failed"] }, /not done within 300 s.*create_branch is failed/s],
  ] as [string, { access?: object; fault?: object; operation?: string[] }, RegExp][])(
    "%s",
    async (_, { access, fault, operation }, words) => {
      if (fault) server.fail(create, fault)
      server.operationStatuses = operation
      const { neon, progress } = await callerOf(server, access)
      await expect(openBranch(neon, run(), progress)).rejects.toThrow(words)
      server.clearFaults()
      // What an operation still works at cannot be deleted: it is left to its expiry, and that is said.
      if (!operation?.includes("failed")) expect(names()).toEqual(["main", "test"])
    },
  )

  test("a branch of the same name is another run's, and is neither used nor deleted", async () => {
    const [one, other] = [await callerOf(server), await callerOf(server)]
    const same = run()
    const branch = await openBranch(one.neon, same, one.progress)
    await expect(openBranch(other.neon, same, other.progress)).rejects.toThrow(/something of this name already/)
    expect(names()).toContain(branch.name)
    await branch.close()
  })

  test("a parent that is not there", async () => {
    const parent = server.branches.find(({ name }) => name === "test")!
    parent.name = "testing"
    const { neon, progress } = await callerOf(server)
    await expect(openBranch(neon, run(), progress)).rejects.toThrow(/has no branch "test".*Make it once/s)
    parent.name = "test"
  })

  test("an expiry that was not taken", async () => {
    server.ignoreExpiry = true
    const { neon, progress } = await callerOf(server)
    await expect(openBranch(neon, run(), progress)).rejects.toThrow(/did not take the branch's expiry/)
    server.ignoreExpiry = false
  })

  test("no answer at all", async () => {
    const { neon, progress } = await callerOf({ ...server, endpoint: "http://127.0.0.1:9" })
    await expect(openBranch(neon, run(), progress)).rejects.toThrow(/Neon's API cannot be reached.*ECONNREFUSED/s)
  })
})

describe("branches-clean", () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

  test("removes what tests left, and nothing else", async () => {
    const parent = server.branches.find(({ name }) => name === "test")!
    const make = async (name: string, createdAt: Date, more = {}) => {
      const expiresAt = new Date(Date.now() + 3600_000)
      const branch = await server.world.makeBranch({ name, parent, createdAt, expiresAt, operations: [], ...more })
      server.branches.push(branch)
      return branch
    }
    await make(branchName({ id: "old" }), minutesAgo(90))
    await make(branchName({ id: "at-work" }), minutesAgo(5))
    await make(branchName({ id: "protected" }), minutesAgo(90), { protected: true })
    await make("preview-cat-house-test-page", minutesAgo(90))
    const owner = await make(branchName({ id: "parent" }), minutesAgo(90))
    server.branches.push(
      await server.world.makeBranch({ name: "preview-2", parent: owner, expiresAt: new Date(), operations: [] }),
    )

    const { neon, progress } = await callerOf(server)
    const cleaned = await branchesClean(neon, 30, progress)
    expect(Object.fromEntries(cleaned.map(({ name, kept }) => [name, kept ?? "removed"]))).toEqual({
      "cat-house-test-no-commit-old": "removed",
      "cat-house-test-no-commit-at-work": "a run may be at work on it",
      "cat-house-test-no-commit-protected": "it is protected",
      "cat-house-test-no-commit-parent": expect.stringContaining("children"),
    })
    expect(names()).not.toContain("cat-house-test-no-commit-old")
    expect(names()).toEqual(expect.arrayContaining(["main", "test", "preview-cat-house-test-page", "preview-2"]))
    await server.expire(new Date())
  })

  test("sees more branches than fit on a page", async () => {
    const { neon } = await callerOf(server)
    const page = await neon.call((api) => api.listProjectBranches({ projectId: neon.project, limit: 1 }))
    expect([page.branches[0]!.name, page.pagination?.next]).toEqual(["main", "1"])
  })
})
