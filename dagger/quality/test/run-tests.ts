import { messageOf, refused, type Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { runOf } from "../neon/branch-name.ts"
import { chooseDatabase, databaseVariables, type ChosenDatabase, type DatabaseName } from "./database-choice.ts"
import { openDatabase, type TestDatabase } from "./database.ts"
import { pythonSuites } from "./frontend.ts"
import { failureOf, resultOf, testSummary, type SuiteEnd, type SuiteResult } from "./results.ts"
import type { SuiteRunner, TestRunner } from "./runner.ts"
import type { SuiteKind } from "./suite-kind.ts"
import { selectSuites } from "./suites.ts"

/** What to test, and on what. */
export interface TestOptions {
  /** One suite; default: all of them */
  service?: string | undefined
  suite: SuiteKind
  database: DatabaseName
  /** Of a server that stands for Neon's API */
  neonEndpoint?: string | undefined
}

/** Tests whose database is open until they are closed. */
export interface OpenTests {
  own: true
  run(): Promise<Tested>
  close(): Promise<void>
}

/** What the tests showed; `failure` names the failed ones, if there are any. */
export interface Tested {
  results: SuiteResult[]
  summary: string
  failure?: Failure | undefined
}

/** Makes tests ready to run. What is wrong with the options is refused before anything is started or made. */
export async function openTests(runner: TestRunner, options: TestOptions, progress: Progress): Promise<OpenTests> {
  const { suite: kind } = options
  const suites = selectSuites(await runner.suiteNames(), options.service)
  const variables = await runner.variables(databaseVariables)
  const database = chooseDatabase(options.database, {
    ...variables,
    NEON_ENDPOINT: options.neonEndpoint ?? variables.NEON_ENDPOINT,
  })
  const commit = database.kind === "neon" ? await runner.head() : undefined
  const run = runOf(commit, await runner.variables(["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"]))
  const suiteRunner = await runner.openSuites(suites, kind, progress)
  const used = usedDatabase(suites, kind, database)
  progress.done("database", used === "none" ? "none, as these tests need none" : used)
  const opened = used !== "none" ? await openDatabase(database, pythonSuites(suites), run, suiteRunner, progress) : none
  await suiteRunner.install().catch(async (error: unknown) => {
    await opened.close()
    throw error
  })
  return {
    own: true,
    close: opened.close,
    async run() {
      const results = await runSuites(suites, opened, suiteRunner, progress)
      refuseNothing(results, options)
      const summary = testSummary(results, used)
      return { results, summary, failure: failureOf(results, summary, runner.whereReportsAre) }
    },
  }
}

/** Who asks for one suite's tests of a kind means some that there are. */
export function refuseNothing(
  results: SuiteResult[],
  { service, suite }: Pick<TestOptions, "service" | "suite">,
): void {
  const ran = results.some(({ passed, failures, skipped }) => passed + failures.length + skipped > 0)
  if (service === undefined || ran) return
  throw refused(
    `${service} has no ${suite === "all" ? "" : `${suite} `}tests.`,
    `All it has: test --service ${service}`,
  )
}

/** The database that tests have, in words. */
export const usedDatabase = (suites: string[], kind: SuiteKind, { words }: Pick<ChosenDatabase, "words">): string =>
  kind !== "unit" && pythonSuites(suites).length > 0 ? words : "none"

/** Tests that need no database get none: no branch is made, no PostgreSQL started. */
const none: TestDatabase = { variables: {}, close: async () => {} }

/** Runs the suites side by side. */
function runSuites(
  suites: string[],
  { variables }: TestDatabase,
  runner: SuiteRunner,
  progress: Progress,
): Promise<SuiteResult[]> {
  const one = async (suite: string): Promise<SuiteResult> => {
    progress.status(suite, "testing")
    const end = await runner.run(suite, variables[suite] ?? {}).catch((error: unknown): SuiteEnd => {
      return { suite, exitCode: 1, output: messageOf(error) }
    })
    const result = resultOf(end)
    const failed = result.failures.length
    if (failed > 0) progress.failed(suite, `${failed} failed, ${result.passed} passed`)
    else progress.done(suite, `${result.passed} passed in ${result.seconds.toFixed(1)} s`)
    return result
  }
  return Promise.all(suites.map(one))
}
