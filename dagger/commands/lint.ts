import { lint as runChecks } from "../quality/lint/run-checks.ts"
import { command } from "./command.ts"
import { list } from "./option.ts"

export const lint = command({
  name: "lint",
  summary: "Run the checks of the working copy side by side; dagger check runs each by itself.",
  example: "lint --check black,mypy",
  options: { check: list("Names of the checks to run; default: all of them") },
  run: (runner, { check }, progress) => runChecks(runner, check, progress),
})
