import { spawn } from "node:child_process"
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { nodeRunner } from "../node/runner.ts"
import { readJUnit, type TestCase } from "../quality/test/junit.ts"
import { openTests } from "../quality/test/run-tests.ts"
import { plainProgress } from "../report/progress.ts"

/**
 * All tests: the module's with vitest, each service's with pytest on a real PostgreSQL; the last line counts them.
 *   npm test            everything
 *   npm run test:fast   what needs no processes of its own: seconds
 */
const root = join(import.meta.dirname, "..", "..")
const reports = join(root, "reports", "tests")
const fast = process.argv.includes("--fast")

interface Counts {
  passed: number
  failed: number
  skipped: number
}

await rm(reports, { recursive: true, force: true })
await mkdir(reports, { recursive: true })
const vitestFailed = await vitest()
const servicesFailed = fast ? [] : await services()

const counts = await count()
for (const name of servicesFailed) console.log(`failed: the tests of ${name}`)
// A runner that breaks before it counts is a failure, too.
if (counts.failed === 0 && (vitestFailed || servicesFailed.length > 0)) counts.failed = 1
console.log(
  `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
)
process.exit(counts.failed === 0 ? 0 : 1)

async function vitest(): Promise<boolean> {
  const kinds = fast ? ["fast"] : ["fast", "slow", ...(process.env.CATHOUSE_ENGINE ? ["engine"] : [])]
  const projects = kinds.flatMap((kind) => ["--project", kind])
  const reporters = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${join(reports, "module.xml")}`]
  const program = join(root, "node_modules", "vitest", "vitest.mjs")
  return (await run(process.execPath, [program, "run", ...projects, ...reporters], root)) !== 0
}

/** Runs the services' tests as `npm run cathouse -- test` does, on PostgreSQL, and returns the names of suites that failed. */
async function services(): Promise<string[]> {
  const progress = { ...plainProgress((line) => console.log(line)), close() {} }
  const tests = await openTests(nodeRunner(root, progress), { suite: "all", database: "postgres" }, progress)
  try {
    const { results, summary } = await tests.run()
    const failures = results.flatMap(({ failures }) => failures)
    console.log(`\n${summary}`)
    for (const { name, message } of failures) console.log(`failed: ${name}: ${message}`)
    return results.filter(({ failures }) => failures.length > 0).map(({ suite }) => suite)
  } finally {
    await tests.close()
  }
}

function run(command: string, args: string[], cwd: string): Promise<number | null> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] })
  return new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve))
}

/** Adds up the tests of all JUnit reports. */
async function count(): Promise<Counts> {
  const files = await readdir(reports, { recursive: true })
  const read = files
    .filter((name) => name.endsWith(".xml") && !name.endsWith("coverage.xml"))
    .map(async (file) => readJUnit(await readFile(join(reports, file), "utf8")).cases)
  const outcomes = (await Promise.all(read)).flat().map(({ outcome }) => outcome)
  const of = (wanted: TestCase["outcome"]) => outcomes.filter((outcome) => outcome === wanted).length
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") }
}
