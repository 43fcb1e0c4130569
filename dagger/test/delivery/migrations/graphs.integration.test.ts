import fc from "fast-check"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { offline, parseMigrations, planMigrations } from "../../../delivery/migrations/plan-migrations.ts"
import type { DeploymentRecord } from "../../../delivery/records/record.ts"
import { nodeRunner } from "../../../node/runner.ts"
import { copyPlatform } from "../../platform-copy.ts"
import { silent, stage, version } from "../stage.ts"

/** A graph of revisions: each names those it builds on, by their places before it. The last joins all heads. */
interface Graph {
  /** How many of them had been deployed */
  deployed: number
  parents: number[][]
}

const graph = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 6 }),
  )
  .map(([deployed, links]): Graph => {
    const first = Math.min(deployed, links.length)
    const chain = (at: number) => (at < first ? [at - 1] : undefined)
    const parents = links.map((to, at) => (at === 0 ? [] : (chain(at) ?? [...new Set(to.map((one) => one % at))])))
    return { deployed: first, parents }
  })

let root: string
beforeAll(async () => void (root = await copyPlatform()))
afterAll(() => rm(root, { recursive: true, force: true }))

const nameOf = (at: number): string => `r${at}`

/** Writes the revisions, and a merge where there is more than one head. Returns the name of the head. */
async function write({ parents }: Graph): Promise<string> {
  const folder = join(root, "services", "auth", "migrations", "versions")
  await rm(folder, { recursive: true })
  await mkdir(folder)
  const built = new Set(parents.flat())
  const heads = parents.map((_, at) => at).filter((at) => !built.has(at))
  const all = heads.length === 1 ? parents : [...parents, heads]
  for (const [at, below] of all.entries()) {
    const names = below.map((one) => JSON.stringify(nameOf(one)))
    const down = names.length === 0 ? "None" : `(${names.join(", ")},)`
    const sql = `op.execute("SELECT ${at}")`
    const text = `from alembic import op\nrevision = "${nameOf(at)}"\ndown_revision = ${down}\ndef upgrade(): ${sql}\n`
    await writeFile(join(folder, `${nameOf(at)}.py`), text)
  }
  return nameOf(heads.length === 1 ? heads[0]! : all.length - 1)
}

const alembic = async (...command: string[]) => {
  const runner = nodeRunner(root, { ...silent, close() {} })
  return parseMigrations(await runner.runInImage("auth", offline(["alembic", ...command])))
}

test("what a plan shows is what Alembic runs, for any graph of revisions", { timeout: 300_000 }, async () => {
  const { target } = await stage()
  await fc.assert(
    fc.asyncProperty(graph, async (made) => {
      const head = await write(made)
      const from = nameOf(made.deployed - 1)
      const artifacts = { ...version("aaa"), migrations: () => alembic("upgrade", "head") }
      const last = { migration: from, services: [] } as unknown as DeploymentRecord
      const { pending, to } = await planMigrations(target, artifacts, last, silent)
      const runs = from === head ? [] : await alembic("upgrade", `${from}:head`)
      const namesOf = (some: { id: string }[]) => some.map(({ id }) => id).toSorted()
      expect(namesOf(pending)).toEqual(namesOf(runs))
      expect(to).toBe(head)
    }),
    { numRuns: 12 },
  )
})
