import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { migrationHead } from "../../src/database/migration-head.ts"
import { openRepository } from "../../src/platform/repository.ts"
import { repositoryRoot } from "../platform-copy.ts"

test("the platform's migrations end at the one that Alembic would migrate to", async () => {
  expect(await migrationHead(await openRepository(repositoryRoot))).toMatch(/^\d{4}$/)
})

test.each([
  ["a chain ends at the one that none follows", { "0001": "None", "0002": '"0001"', "0003": "'0002'" }, "0003"],
  ["two heads are none that could be told", { "0001": "None", "0002": '"0001"', "0003": '"0001"' }, undefined],
  ["a folder without migrations has none", {}, undefined],
])("%s", async (_, chain, head) => {
  const root = await mkdtemp(join(tmpdir(), "cat-house-migrations-"))
  onTestFinished(() => rm(root, { recursive: true }))
  const folder = join(root, "services", "auth", "migrations", "versions")
  await mkdir(folder, { recursive: true })
  for (const [revision, down] of Object.entries(chain))
    await writeFile(
      join(folder, `${revision}_cats.py`),
      `revision = "${revision}"\ndown_revision: str | None = ${down}\n`,
    )
  const { platform } = await openRepository(repositoryRoot)
  expect(await migrationHead({ root, platform })).toBe(head)
})
