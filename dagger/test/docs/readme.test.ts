import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { commands } from "../../commands/commands.ts"
import { flagOf } from "../../commands/option.ts"
import { repositoryRoot } from "../platform-copy.ts"

const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8")
const rows = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.*?) *\| (.*?) *\|$/gm)]
  .map(([, name = "", summary = "", options = ""]) => ({ name, summary, options: options.match(/--[a-z-]+/g) ?? [] }))
  .filter(({ name }) => commands.some((command) => command.name === name))

/** Servers that stand for AWS or Neon are not in the tables. */
const others = ["--aws-endpoint", "--neon-endpoint"]

test("the README has all verbs in its tables", () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(commands.map(({ name }) => name).sort())
})

test.each(rows)("the README says of $name what --help says", ({ name, summary, options }) => {
  const command = commands.find((command) => command.name === name)!
  const flags = Object.keys(command.options).map(flagOf)
  expect(summary).toBe(command.summary)
  expect(options).toEqual(flags.filter((flag) => !others.includes(flag)))
})
