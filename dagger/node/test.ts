import { join } from "node:path"
import { runOf } from "../quality/neon/branch-name.ts"
import { chooseDatabase, type DatabaseName, type DatabaseSecrets } from "../quality/test/database-choice.ts"
import type { Repository } from "../platform/repository.ts"
import type { Progress } from "../platform/progress.ts"
import { failureOf, testSummary, type SuiteResult } from "../quality/test/results.ts"
import { selectSuites, suitesIn, type SuiteKind } from "../quality/test/suites.ts"
import { openTests, runSuites, usedDatabase, type TestPlan } from "../quality/test/run-suites.ts"
import { commitOf } from "./commit.ts"
import { localTestEnvironment } from "./test-environment.ts"

export interface TestOptions {
  service?: string
  suite: SuiteKind
  database: DatabaseName
  /** Of a server that stands for Neon's API; default: NEON_ENDPOINT */
  neonEndpoint?: string
}

/** The services' tests, ready to run; `close` removes what was made for them. */
export interface OpenedTests {
  run(): Promise<{ results: SuiteResult[]; summary: string }>
  own: true
  close(): Promise<void>
}

/** What is wrong with the arguments is refused before anything is started or made. */
export async function openLocalTests(
  repository: Repository,
  options: TestOptions,
  progress: Progress,
): Promise<OpenedTests> {
  const suites = selectSuites(await suitesIn(repository.root), options.service)
  const database = chooseDatabase(options.database, secretsFrom(process.env, options.neonEndpoint))
  const run = runOf((await commitOf(repository.root))?.sha, process.env)
  const plan: TestPlan = { suites, kind: options.suite, database, run }
  const environment = await localTestEnvironment(repository, suites, options.suite, reportsOf(repository), progress)
  const opened = await openTests(plan, environment, progress)
  return {
    own: true,
    close: opened.close,
    async run() {
      const results = await runSuites(suites, opened, environment, progress)
      return { results, summary: testSummary(results, usedDatabase(plan)) }
    },
  }
}

/** Throws with the failed tests' names, if there are any. */
export function requirePassed(
  repository: Repository,
  { results, summary }: { results: SuiteResult[]; summary: string },
) {
  const failure = failureOf(results, summary, `Reports: ${reportsOf(repository)}`)
  if (failure) throw failure
}

export const reportsOf = (repository: Repository): string => join(repository.root, "reports", "tests")

export function secretsFrom(env: NodeJS.ProcessEnv, neonEndpoint?: string): DatabaseSecrets {
  return {
    neonApiKey: env.NEON_API_KEY,
    neonProject: env.NEON_PROJECT,
    neonEndpoint: neonEndpoint ?? env.NEON_ENDPOINT,
    neonTestDatabaseUrl: env.NEON_TEST_DATABASE_URL,
  }
}
