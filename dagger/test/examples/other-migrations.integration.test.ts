import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { seen } from "../docs/failure-table.ts"
import { cathouse, startInTerminal } from "../node/cathouse.ts"
import { edit } from "../working-copy.ts"
import { copyExample } from "./example.ts"

test("a service migrates by another tool than Alembic, and a migration that fails stops the deploy", async () => {
  const root = await copyExample("other-migrations")
  const migration = (name: string, sql: string) =>
    writeFile(join(root, "services", "shelf", "migrations", name), `-- Up Migration\n${sql}\n`)
  const terminal = startInTerminal(root, ["up"])
  await vi.waitUntil(() => terminal.seen().includes("until Ctrl-C"), { timeout: 150_000 })
  const [, url] = /Services +(http:\S+)\//.exec(terminal.seen())!
  const books = async () => (await fetch(`${url}/shelf`)).json()
  expect(await books()).toEqual([{ title: "The Cat in the Hat" }])

  await migration("2_more.sql", "INSERT INTO books (title) VALUES ('Mog the Forgetful Cat');")
  const plan = await cathouse(root, ["plan"])
  expect(plan.stdout).toMatch(
    /`node \S+node-pg-migrate.js up` runs before it. What that does to the database is not read/,
  )
  const deployed = await cathouse(root, ["deploy"])
  expect(deployed.exitCode, deployed.stderr).toBe(0)
  expect(await books()).toHaveLength(2)
  const verified = await cathouse(root, ["verify"])
  expect(verified.exitCode, verified.stderr).toBe(0)

  await migration("3_wrong.sql", "INSERT INTO dogs (title) VALUES ('Spot');")
  const failed = await cathouse(root, ["deploy"])
  expect(failed.exitCode).toBe(2)
  expect(failed.stderr).toMatch(seen("migrate-unread-fails"))
  expect(failed.stderr).toContain('relation "dogs" does not exist')
  expect(await books()).toHaveLength(2)

  await migration("3_wrong.sql", "SELECT 1;")
  await edit(root, "services/shelf/server.js", (text) => `throw new Error("out of shelves")\n${text}`)
  const broken = await cathouse(root, ["deploy"])
  expect(broken.exitCode).toBe(3)
  expect(broken.stderr).toContain("The database stays migrated.")
  expect(await books()).toHaveLength(2)
  terminal.interrupt()
  expect((await terminal.ended).left).toEqual([])
})
