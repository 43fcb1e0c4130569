import type { ChosenDatabase } from "./database-choice.ts"
import type { Run } from "../neon/branch-name.ts"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { openDatabase, type TestDatabase } from "./database.ts"
import type { TestEnvironment } from "./environment.ts"
import { pythonSuites } from "./frontend.ts"
import { resultOf, type SuiteEnd, type SuiteResult } from "./results.ts"
import type { SuiteKind } from "./suites.ts"

/** What to test, and on what. */
export interface TestPlan {
  suites: string[]
  kind: SuiteKind
  database: ChosenDatabase
  run: Run
}

/** Tests that need no database get none: no branch is made, no PostgreSQL started. */
export async function openTests(
  plan: TestPlan,
  environment: TestEnvironment,
  progress: Progress,
): Promise<TestDatabase> {
  if (!needsDatabase(plan)) {
    progress.done("database", "none, as these tests need none")
    return { variables: {}, close: async () => {} }
  }
  progress.done("database", plan.database.words)
  return openDatabase(plan.database, pythonSuites(plan.suites), plan.run, environment, progress)
}

/** Runs the suites side by side. */
export function runSuites(
  suites: string[],
  { variables }: TestDatabase,
  environment: TestEnvironment,
  progress: Progress,
): Promise<SuiteResult[]> {
  const one = async (suite: string): Promise<SuiteResult> => {
    progress.status(suite, "testing")
    const end = await environment.run(suite, variables[suite] ?? {}).catch((error: unknown): SuiteEnd => {
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

const needsDatabase = ({ suites, kind }: TestPlan): boolean => kind !== "unit" && pythonSuites(suites).length > 0

export const usedDatabase = (plan: TestPlan): string => (needsDatabase(plan) ? plan.database.words : "none")
