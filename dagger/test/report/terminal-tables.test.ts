import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { table } from "../../report/table.ts"
import { fitTables } from "../../report/terminal-tables.ts"

const head = ["service", "version", "healthy", "deployment", "since", "commit", "by"]
const status = [
  table(head, [
    [
      "auth",
      "0a1b2c3d4e5f",
      "1 of 1",
      "12",
      "2026-11-26T15:00:00.000Z",
      "0a1b2c3d4e5f with changes",
      "cat-house-staging-deployer/tom",
    ],
    ["catalog", "none", "0 of 1", "", "", "", ""],
  ]),
  "",
  "Not locked.",
].join("\n")

test("at 200 columns a table is aligned, and nothing is left out", () => {
  expect(fitTables(status, 200).split("\n")).toEqual([
    "service  version       healthy  deployment  since                     commit                     by",
    "───────  ────────────  ───────  ──────────  ────────────────────────  ─────────────────────────  ──────────────────────────────",
    "auth     0a1b2c3d4e5f  1 of 1   12          2026-11-26T15:00:00.000Z  0a1b2c3d4e5f with changes  cat-house-staging-deployer/tom",
    "catalog  none          0 of 1",
    "",
    "Not locked.",
  ])
})

test("a line that begins with a bar is no table, be it a log's or SQL's", () => {
  const said = '| Traceback (most recent call last):\n|   File "main.py", line 1\n| || 1'
  expect(fitTables(said, 80)).toBe(said)
})

describe.each([120, 80, 60])("at %i columns", (width) => {
  test("no line is longer, and the first column is whole", () => {
    const lines = fitTables(status, width).split("\n")
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    expect(lines.join("\n")).toMatch(/\bauth\b/)
    expect(lines.join("\n")).toMatch(/catalog/)
  })
})

test("where the columns do not fit, each row becomes lines", () => {
  const lines = fitTables(status, 60).split("\n")
  expect(lines.slice(0, 3)).toEqual(["service     auth", "version     0a1b2c3d4e5f", "healthy     1 of 1"])
  expect(lines).toContain("service     catalog")
})

test("any table fits, and text that is none stays as it is", () => {
  const cell = fc.string({ unit: fc.constantFrom(..."ab c-…/"), maxLength: 40 }).map((text) => text.trim())
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 40, max: 160 }), (some, width) => {
      const lines = fitTables(`before\n${table(["one", "two", "three"], some)}\nafter`, width).split("\n")
      expect([lines[0], lines.at(-1)]).toEqual(["before", "after"])
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }),
  )
})
