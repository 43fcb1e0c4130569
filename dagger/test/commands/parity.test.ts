import { expect, test } from "vitest"
import { commands } from "../../commands/commands.ts"
import { flagOf, type Option } from "../../commands/option.ts"
import { moduleFunctions } from "../quality/lint/module.ts"

const functions = moduleFunctions()

/** What only Dagger has, as it returns something to chain. */
const daggerAlone = ["image", "checks", "test-reports"]

test("the module has a function for each command, and no other", () => {
  expect([...functions.keys()].filter((name) => !daggerAlone.includes(name)).sort()).toEqual(
    commands.map(({ name }) => name).sort(),
  )
})

/** `up` is a service there, whose ports `dagger up` maps. */
const shared = commands.filter(({ name }) => name !== "up").map((command) => [command.name, command] as const)

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
