import { expect, test } from "vitest"
import { findLocks } from "../../../delivery/migrations/locks.ts"
import { runTool } from "../../../node/tools.ts"
import { repositoryRoot } from "../../platform-copy.ts"

const run = runTool(repositoryRoot)

test("what a migration locks is told with its statement, and with what to write instead", async () => {
  const locks = await findLocks(run, [
    { id: "0003", sql: "-- a comment\nCREATE INDEX by_name\n  ON cats (name);" },
    { id: "0004", sql: "" },
    { id: "0005", sql: "ALTER TABLE cats ADD CONSTRAINT f FOREIGN KEY (owner) REFERENCES users (id);" },
  ])
  expect(locks[0]).toEqual({
    revision: "0003",
    rule: "require-concurrent-index-creation",
    statement: "CREATE INDEX by_name ON cats (name);",
    what: expect.stringMatching(/updates are blocked.*Use `concurrently`/) as string,
  })
  expect(locks.map(({ revision }) => revision)).toEqual(["0003", "0005", "0005"])
  expect(locks.at(-1)!.what).toMatch(/`SHARE ROW EXCLUSIVE` lock on both tables.*NOT VALID/)
})

test("a table that the same deployment makes has nobody to lock out, and neither style nor losses are told", async () => {
  const sql = "CREATE TABLE cats (id int);\nCREATE INDEX by_id ON cats (id);"
  const pending = [
    { id: "0001", sql },
    { id: "0002", sql: "ALTER TABLE users DROP COLUMN name;" },
  ]
  expect(await findLocks(run, pending)).toEqual([])
  expect(await findLocks(run, [])).toEqual([])
})

test("what is not SQL, and a tool that cannot run, are told as such", async () => {
  const [error] = await findLocks(run, [{ id: "0001", sql: "THIS IS NO SQL;" }])
  expect(error).toMatchObject({ revision: "0001", rule: "syntax-error" })
  const broken = async () => ({ exitCode: 127, stdout: "", stderr: "squawk: not found" })
  await expect(findLocks(broken, [{ id: "0001", sql: "SELECT 1;" }])).rejects.toThrow(
    /squawk did not tell.*\n.*not found/,
  )
})
