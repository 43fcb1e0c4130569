import { spawn } from "node:child_process"
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { networkEnvironment } from "../node/processes/host-environment.ts"
import { nodeRunner } from "../node/runner.ts"
import { messageOf } from "../platform/failure.ts"
import { readJUnit, type TestCase } from "../quality/test/junit.ts"
import { openTests } from "../quality/test/run-tests.ts"
import { plainProgress } from "../report/progress.ts"
import { slowestFiles } from "./slowest.ts"

/**
 * All tests: the module's with vitest, and beside them each service's with pytest on a real PostgreSQL. The ten files that
 * took longest come at the end; the last line counts the tests.
 *   npm test            everything
 *   npm run test:fast   what needs no processes of its own: seconds
 */
const root = join(import.meta.dirname, "..", "..")
const reports = join(root, "reports", "tests")
const report = join(reports, "module.xml")
const fast = process.argv.includes("--fast")

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** What the services' tests said, beside the module's that speak meanwhile, and the suites that failed */
interface ServicesEnd {
  said: string[]
  failed: string[]
}
const nothing: ServicesEnd = { said: [], failed: [] }

await rm(reports, { recursive: true, force: true })
await mkdir(reports, { recursive: true })
const [vitestFailed, { said, failed: servicesFailed }] = await Promise.all([vitest(), fast ? nothing : services()])

const counts = await count()
for (const line of said) console.log(line)
for (const name of servicesFailed) console.log(`failed: the tests of ${name}`)
const slowest = slowestFiles(await readFile(report, "utf8").catch(() => ""))
console.log(["\nThe files that took longest:", ...slowest].join("\n"))
// A runner that breaks before it counts is a failure, too.
if (counts.failed === 0 && (vitestFailed || servicesFailed.length > 0)) counts.failed = 1
console.log(
  `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
)
process.exit(counts.failed === 0 ? 0 : 1)

async function vitest(): Promise<boolean> {
  const kinds = fast ? ["fast"] : ["fast", "slow", "contracts", ...(process.env.CATHOUSE_ENGINE ? ["engine"] : [])]
  const projects = kinds.flatMap((kind) => ["--project", kind])
  const reporters = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`]
  const program = join(root, "node_modules", "vitest", "vitest.mjs")
  return (await run(process.execPath, [program, "run", ...projects, ...reporters], root)) !== 0
}

/** Runs the services' tests as `npm run cathouse -- test` does, on PostgreSQL. */
async function services(): Promise<ServicesEnd> {
  const said: string[] = []
  const progress = { ...plainProgress((line) => said.push(line)), close() {} }
  try {
    const tests = await openTests(nodeRunner(root, progress), { suite: "all", database: "postgres" }, progress)
    try {
      const { results, summary } = await tests.run()
      const failures = results.flatMap(({ failures }) => failures)
      said.push("", summary, ...failures.map(({ name, message }) => `failed: ${name}: ${message}`))
      return { said, failed: results.filter(({ failures }) => failures.length > 0).map(({ suite }) => suite) }
    } finally {
      await tests.close()
    }
  } catch (error) {
    // The module's tests go on, and are counted.
    return { said: [...said, messageOf(error)], failed: ["the services"] }
  }
}

function run(command: string, args: string[], cwd: string): Promise<number | null> {
  // What a shell has set for other programs is not what is tested.
  const ours = Object.entries(process.env).filter(([name]) =>
    /^(CATHOUSE_|_EXPERIMENTAL_DAGGER_|TF_|CHROMIUM$|NODE_COMPILE_CACHE$)/.test(name),
  )
  const env = { ...networkEnvironment(), ...Object.fromEntries(ours) }
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] })
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
