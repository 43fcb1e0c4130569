import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { commands } from "../../commands/commands.ts"
import { commandNames } from "../../commands/names.ts"
import { flagOf, type Option } from "../../commands/option.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { moduleFunctions } from "../quality/lint/module.ts"

const functions = moduleFunctions()

/** What only Dagger has, as it returns something to chain. */
const daggerAlone = ["image", "checks", "test-reports"]

test("the module has a function for each command, and no other", () => {
  expect([...functions.keys()].filter((name) => !daggerAlone.includes(name)).sort()).toEqual(
    commands.map(({ name }) => name).sort(),
  )
})

test("commands are named in the order of --help", () => {
  expect(commandNames).toEqual(commands.map(({ name }) => name))
})

/** `up` is a service there, whose ports `dagger up` maps. */
const shared = commands.filter(({ name }) => name !== "up").map((command) => [command.name, command] as const)

test("each function calls the command of its name", () => {
  const source = readFileSync(join(repositoryRoot, "dagger/src/index.ts"), "utf8")
  const called = [...source.matchAll(/this\.call\(\s*"([^"]+)"|\.change\([^"]+"([^"]+)"/g)].map(
    ([, one, other]) => one ?? other,
  )
  expect(called.sort()).toEqual(shared.map(([name]) => name).sort())
})

test.each(shared)("%s is in the file of its name, where the engine looks for it", async (name, command) => {
  const file = (await import(join(repositoryRoot, "dagger/commands", `${name}.ts`))) as Record<string, unknown>
  expect(Object.values(file)).toContain(command)
})

test.each(shared)("%s is explained in the same words by both", (name, { summary, example }) => {
  const words = example ? `${summary}\n\nExample: dagger call ${example}` : summary
  // A Changeset is applied in Dagger's own way.
  if (name !== "format" && name !== "init") expect(functions.get(name)!.help).toBe(words)
})

test.each(shared)("%s takes the same options in both, with the same help and defaults", (name, { options }) => {
  const declared = Object.entries<Option<unknown>>(options).map(([option, { help, choices, ...others }]) => ({
    name: flagOf(option),
    help,
    ...(others.default !== undefined && { default: others.default }),
    ...(choices && { choices: [...choices] }),
  }))
  const taken = functions.get(name)!.arguments.filter(({ type }) => type !== "Directory")
  expect(taken.map(({ type: _, required: __, ...argument }) => ({ ...argument, name: `--${argument.name}` }))).toEqual(
    declared,
  )
})
