import { spawn } from "node:child_process"
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { startPostgres } from "../src/local/postgres.ts"

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

/** Runs each service's tests, one after the other, and returns the names of those that failed. */
async function services(): Promise<string[]> {
  const environment = join(root, ".cathouse", "python-tests")
  const uv = join(root, ".cathouse", "uv", "bin", "uv")
  const folder = join(root, "services")
  const sync = ["sync", "--quiet", "--locked", "--all-packages", "--project", folder]
  const env = { UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" }
  if ((await run(uv, sync, folder, env)) !== 0) return ["services: uv sync"]

  const postgres = await startPostgres()
  const failed: string[] = []
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const { name } of entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))) {
      const python = join(environment, "bin", "python")
      const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${join(reports, `${name}.xml`)}`]
      console.log(`\nservices/${name}`)
      if ((await run(python, args, join(folder, name), { TEST_DATABASE_URL: postgres.url })) !== 0) failed.push(name)
    }
  } finally {
    await postgres.close()
  }
  return failed
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<number | null> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] })
  return new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve))
}

/** Adds up the suites of all JUnit reports. */
async function count(): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of await readdir(reports)) {
    const xml = await readFile(join(reports, file), "utf8")
    for (const [suite] of xml.matchAll(/<testsuite .*?>/gs)) {
      const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
      const failed = number("failures") + number("errors")
      counts.failed += failed
      counts.skipped += number("skipped")
      counts.passed += number("tests") - failed - number("skipped")
    }
  }
  return counts
}
