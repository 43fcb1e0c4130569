import type { Directory, Secret } from "@dagger.io/dagger"
import { branchesClean, cleanedSummary } from "../../quality/neon/branches-clean.ts"
import { runOf } from "../../quality/neon/branch-name.ts"
import {
  chooseDatabase,
  neonAccess,
  type DatabaseName,
  type DatabaseSecrets,
} from "../../quality/test/database-choice.ts"
import { connectNeon } from "../../quality/neon/api.ts"
import { systemClock } from "../../platform/clock.ts"
import type { Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { frontendSuite } from "../../quality/test/frontend.ts"
import { failureOf, testSummary } from "../../quality/test/results.ts"
import { selectSuites, type SuiteKind } from "../../quality/test/suites.ts"
import { openTests, runSuites, usedDatabase, type TestPlan } from "../../quality/test/run-suites.ts"
import { plaintextOf } from "./credentials.ts"
import { headOf } from "./commit.ts"
import { engineTestEnvironment } from "./test-environment.ts"

/** The secrets of databases, as the module's arguments bring them in. */
export interface TestSecrets {
  neonApiKey?: Secret
  neonProject?: Secret
  neonTestDatabaseUrl?: Secret
  neonEndpoint?: string
}

export interface TestArguments {
  service?: string
  suite: SuiteKind
  database: DatabaseName
  git?: Directory
}

/** What the tests showed; `failure` names the failed ones, if there are any. */
export interface Tested {
  suites: string[]
  summary: string
  failure?: Failure
  reports: Directory
}

/** Tests in the engine. What is wrong with the arguments is refused before anything is started or made. */
export async function testIn(
  source: Directory,
  { service, suite: kind, database: asked, git }: TestArguments,
  secrets: TestSecrets,
  progress: Progress,
): Promise<Tested> {
  const [found, values] = await Promise.all([suitesOf(source), readSecrets(secrets)])
  const suites = selectSuites(found, service)
  const database = chooseDatabase(asked, values)
  const commit = database.kind === "neon" ? await headOf(git) : undefined
  const plan: TestPlan = { suites, kind, database, run: runOf(commit, {}) }
  const environment = engineTestEnvironment(source, kind)
  const opened = await openTests(plan, environment, progress)
  try {
    const results = await runSuites(suites, opened, environment, progress)
    const summary = testSummary(results, usedDatabase(plan))
    const failure = failureOf(results, summary, "Reports: dagger call test-reports export --path reports")
    return { suites, summary, failure, reports: environment.reports() }
  } finally {
    await opened.close()
  }
}

/** The folders of services/ that have tests, and the frontend, if it has. */
async function suitesOf(source: Directory): Promise<string[]> {
  const [files, frontend] = await Promise.all([
    source.directory("services").glob("*/tests/test_*.py"),
    source.glob("frontend/test/*.test.ts*"),
  ])
  const services = [...new Set(files.map((file) => file.split("/")[0]!))]
  return frontend.length > 0 ? [...services, frontendSuite] : services
}

/** Removes what killed tests left in Neon's project, and says which. */
export async function cleanBranches(secrets: TestSecrets, minutes: number, progress: Progress): Promise<string> {
  const neon = await connectNeon(neonAccess(await readSecrets(secrets)), systemClock)
  return cleanedSummary(await branchesClean(neon, minutes, progress))
}

/** What is not set is absent. */
async function readSecrets(secrets: TestSecrets): Promise<DatabaseSecrets> {
  const [neonApiKey, neonProject, neonTestDatabaseUrl] = await Promise.all(
    [secrets.neonApiKey, secrets.neonProject, secrets.neonTestDatabaseUrl].map(plaintextOf),
  )
  return { neonApiKey, neonProject, neonTestDatabaseUrl, neonEndpoint: secrets.neonEndpoint }
}
