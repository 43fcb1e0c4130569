import { databaseNames } from "../quality/test/database-choice.ts"
import { openTests } from "../quality/test/run-tests.ts"
import { suiteKinds } from "../quality/test/suite-kind.ts"
import { command } from "./command.ts"
import { oneOf, text } from "./option.ts"
import { neonEndpoint } from "./shared-options.ts"

/** Which tests, and on which database. */
const testOptions = {
  service: text("Folder of services/, frontend, or backend (all but that); default: all of them"),
  suite: oneOf("Which tests: unit needs no database, integration does", suiteKinds, "all"),
  database: oneOf(
    "Where the tests' tables are; auto: the first of the others whose secret is set",
    databaseNames,
    "auto",
  ),
}

export const test = command({
  name: "test",
  summary: "Run the tests of each service and of the frontend side by side, with coverage.",
  example: "test --service catalog",
  options: { ...testOptions, neonEndpoint },
  run: (runner, options, progress) =>
    runner.hold(openTests(runner, options, progress), async (tests) => {
      const { summary, failure } = await tests.run()
      if (failure) throw failure
      return summary
    }),
})
