import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"
import { idPattern, readFailureTable } from "./failure-table.ts"

/** The ids that names of tests begin with, "[migrate-fails] …", or that tests compare with what the table says. */
function idsInTests(): string[] {
  const tests = globSync(join(repositoryRoot, "dagger", "test", "**", "*.test.ts"))
  return tests.flatMap((path) => {
    const text = readFileSync(path, "utf8")
    return [...text.matchAll(new RegExp(`(?:"\\[|seen\\(")(${idPattern})(?:\\]|"\\))`, "g"))].map(([, id]) => id!)
  })
}

const ids = readFailureTable().map(({ id }) => id)

test("each row of docs/failures.md is a test, and each test of a failure is a row", () => {
  expect(ids.length).toBeGreaterThan(50)
  expect([...new Set(idsInTests())].sort()).toEqual(ids.toSorted())
})

test("no failure has two rows", () => expect(new Set(ids).size).toBe(ids.length))

test("each row says what failed, what is seen, what is left, and what to do", () => {
  for (const { id, cells } of readFailureTable()) {
    expect(
      cells.filter((cell) => cell !== ""),
      id,
    ).toHaveLength(4)
  }
})
