import { expect, test } from "vitest"
import { branchesClean } from "../../commands/branches-clean.ts"
import { rollback } from "../../commands/rollback.ts"
import { complete, type Options } from "../../commands/option.ts"
import { test as runTests } from "../../commands/test.ts"
import { seen } from "../docs/failure-table.ts"

test.each<[string, Options, object, string]>([
  ["a number that is too small", rollback.options, { to: 0 }, "Expected a whole number, 1 or more."],
  ["a number that is not whole", branchesClean.options, { minutes: 1.5 }, "Expected a whole number, "],
  ["a word that is not a choice", runTests.options, { suite: "slow" }, "Expected one of unit, integration, all."],
])("[option-invalid] %s is refused, with what is expected", (_, options, given, expected) => {
  const completing = () => complete(options, { ...given })
  expect(completing).toThrow(seen())
  expect(completing).toThrow(expected)
})
