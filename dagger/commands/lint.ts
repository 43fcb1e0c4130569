import { lint as runChecks } from "../quality/lint/run-checks.ts"
import { command } from "./command.ts"
import { flag, list } from "./option.ts"

export const lint = command({
  name: "lint",
  summary: "Run the checks of the working copy side by side; dagger check runs them in four groups.",
  example: "lint --check black,mypy",
  options: {
    check: list("Names of the checks to run; default: all of them"),
    requireAudits: flag("Fail where an audit gets no answer, too"),
  },
  run: (runner, { check, requireAudits }, progress) => runChecks(runner, { names: check, requireAudits }, progress),
})
