import type { ChosenDatabase } from "./database-choice.ts"
import type { Run } from "../neon/branch-name.ts"
import { systemClock } from "../../platform/clock.ts"
import { connectNeon } from "../neon/api.ts"
import { openBranch, type TestBranch } from "../neon/branch.ts"
import { refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { SuiteRunner } from "./runner.ts"

/** The database of a run, open until it is closed. */
export interface TestDatabase {
  /** The variables that a suite finds its database by. They hold a password. */
  variables: Record<string, Record<string, string>>
  close(): Promise<void>
}

/** Makes ready what the suites have been given for a database. */
export async function openDatabase(
  chosen: ChosenDatabase,
  suites: string[],
  run: Run,
  runner: SuiteRunner,
  progress: Progress,
): Promise<TestDatabase> {
  const same = (variables: Record<string, string>) => Object.fromEntries(suites.map((suite) => [suite, variables]))
  switch (chosen.kind) {
    case "postgres": {
      const { url, close } = await runner.postgres()
      return { variables: same({ TEST_DATABASE_URL: url }), close }
    }
    case "url": {
      await requireReachable(chosen.url, runner)
      return { variables: same({ TEST_DATABASE_URL: chosen.url, TEST_DATABASE_SCHEMAS: "1" }), close: async () => {} }
    }
    case "neon": {
      const branch = await openBranch(await connectNeon(chosen.access, systemClock), run, progress)
      try {
        await migrate(branch, runner, progress)
        const variables: TestDatabase["variables"] = {}
        for (const suite of suites) variables[suite] = await suiteDatabase(branch, suite)
        return { variables, close: branch.close }
      } catch (error) {
        await branch.close()
        throw error
      }
    }
  }
}

/** Connects and asks for the right to make schemas, in the time that a host which drops packets would take for ever. */
async function requireReachable(url: string, runner: SuiteRunner): Promise<void> {
  const program = [
    "import os, sys, psycopg",
    "try: connection = psycopg.connect(os.environ['TEST_DATABASE_URL'], connect_timeout=10)",
    "except psycopg.Error as error: sys.exit(' '.join(str(error).split()))",
    "granted = \"SELECT has_database_privilege(current_database(), 'CREATE')\"",
    "if not connection.execute(granted).fetchone()[0]: sys.exit('its user may not make schemas (CREATE)')",
  ].join("\n")
  // psycopg names host and port in its messages, and no password.
  const { exitCode, stderr, stdout } = await runner.python(["-c", program], { TEST_DATABASE_URL: url })
  if (exitCode === 0) return
  throw refused(
    "the tests' database cannot be used.",
    (stderr || stdout).trim().split("\n").at(-1) ?? "",
    "Check NEON_TEST_DATABASE_URL, or choose another: --database postgres.",
  )
}

/** Migrates the copy of the parent's database, data and all, and shows what that changes. */
async function migrate(branch: TestBranch, runner: SuiteRunner, progress: Progress): Promise<void> {
  progress.status("migrations", `on ${branch.database}, as in the branch's parent`)
  const url = await branch.urlOf(branch.database, "direct")
  const { exitCode, stdout, stderr } = await runner.python(["-m", "alembic", "upgrade", "head"], {
    DATABASE_URL: url,
  })
  if (exitCode !== 0) {
    const lines = `${stdout}${stderr}`.trim().split("\n").slice(-10)
    throw refused("the migrations fail on the data of the branch's parent.", ...lines)
  }
  const diff = await branch.schemaDiff()
  for (const line of diff.split("\n").filter(Boolean)) progress.line("schema", line)
  progress.done("migrations", diff ? "change the schema as shown" : "change nothing")
}

async function suiteDatabase(branch: TestBranch, suite: string): Promise<Record<string, string>> {
  const name = `test_${suite.replaceAll("-", "_")}`
  await branch.createDatabase(name)
  const [direct, pooled] = [await branch.urlOf(name, "direct"), await branch.urlOf(name, "pooled")]
  return { TEST_DATABASE_URL: direct, TEST_POOLED_DATABASE_URL: pooled }
}
