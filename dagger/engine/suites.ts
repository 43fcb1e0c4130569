import { dag, ReturnType, type Container, type Directory, type Service } from "@dagger.io/dagger"
import { randomUUID } from "node:crypto"
import type { SuiteRunner } from "../quality/test/runner.ts"
import { frontendSuite, hasFrontendTests, jestArguments, jestVariables } from "../quality/test/frontend.ts"
import { nothingToDo } from "../quality/test/results.ts"
import type { SuiteKind } from "../quality/test/suite-kind.ts"
import { pytestArguments, suiteInputs } from "../quality/test/suites.ts"
import { postgresContainer } from "./postgres.ts"
import { python } from "./python.ts"
import { toolchainOf } from "./toolchains.ts"

const services = "/services"
const reports = "/reports"
const failed = "/failed"
const password = "tests"

/**
 * Runs what it is given and, when that fails, puts the reports where they outlive it: a layer that fails is not kept, and
 * so its tests run again the next time, as they should. A suite without tests of the kind is fine.
 */
const keepReports = `
key=$1; shift
"$@"; code=$?
case $code in 0 | 5) exit 0 ;; esac
mkdir -p ${failed}/$key && cp -r ${reports}/. ${failed}/$key/
exit $code`

/** Suites in containers; what each wrote is among the reports. */
export interface EngineSuites extends SuiteRunner {
  reports(): Directory
  /** The Cobertura reports, by suite */
  coverage(): Map<string, string>
}

/** A suite's container is made from its inputs alone, so that a change elsewhere does not run it again. */
export function engineSuites(source: Directory, migrating: string | undefined, kind: SuiteKind): EngineSuites {
  const covered = new Map<string, string>()
  const written = new Map<string, Directory>()
  let postgres: Service | undefined
  /** A run on a database that outlives it is made anew each time; on PostgreSQL of its own, when something has changed. */
  const prepare = (suite: string, variables: Record<string, string>): Container => {
    const container = suiteContainer(source, suite, migrating)
    if (postgres || Object.keys(variables).length === 0) {
      const bound = postgres ? container.withServiceBinding("postgres", postgres) : container
      return Object.entries(variables).reduce((made, [name, value]) => made.withEnvVariable(name, value), bound)
    }
    return Object.entries(variables)
      .reduce((made, [name, value]) => made.withSecretVariable(name, secretOf(value)), container)
      .withEnvVariable("RUN", randomUUID())
  }
  /** The container and the program of a suite's tests, which write to `reports`. */
  const testsOf = (suite: string, variables: Record<string, string>): { container: Container; program: string[] } => {
    if (suite === frontendSuite) return { container: frontendContainer(source), program: jestArguments(reports) }
    const container = prepare(suite, variables).withWorkdir(`${services}/${suite}`)
    return { container, program: ["python", ...pytestArguments(suite, kind, reports)] }
  }
  return {
    async install() {},
    async run(suite, variables) {
      if (suite === frontendSuite && !hasFrontendTests(kind)) return { suite, exitCode: nothingToDo, output: "" }
      const key = `${suite}-${kind}-${(await suiteFiles(source, suite, migrating).digest()).replace(/\W/g, "-")}`
      const { container, program } = testsOf(suite, variables)
      const ran = container
        .withDirectory(reports, dag.directory())
        .withMountedCache(failed, failures())
        .withExec(["sh", "-c", keepReports, "sh", key, ...program])
      const ended = await ran.sync().then(
        () => ({ exitCode: 0, output: "" }),
        (error: unknown) => {
          if (!hasExited(error)) throw error
          return { exitCode: error.exitCode, output: error.stdout + error.stderr }
        },
      )
      const folder = ended.exitCode === 0 ? ran.directory(reports) : await failedReports(key)
      written.set(suite, folder)
      const [junit, coverage] = await Promise.all(["junit.xml", "coverage.xml"].map((name) => contents(folder, name)))
      if (coverage) covered.set(suite, coverage)
      return { suite, ...ended, junit, coverage }
    },
    async python(args, variables) {
      const ran = prepare(migrating ?? "common", variables)
        .withWorkdir(`${services}/${migrating ?? "common"}`)
        .withExec(["python", ...args], { expect: ReturnType.Any })
      const [exitCode, stdout, stderr] = await Promise.all([ran.exitCode(), ran.stdout(), ran.stderr()])
      return { exitCode, stdout, stderr }
    },
    async postgres() {
      postgres = postgresService()
      return { url: `postgresql://postgres:${password}@postgres:5432/postgres`, close: async () => {} }
    },
    coverage: () => covered,
    reports: () => [...written].reduce((all, [suite, folder]) => all.withDirectory(suite, folder), dag.directory()),
  }
}

/** The SDK's ExecError, which the engine's bundle of the SDK does not export. */
function hasExited(error: unknown): error is { exitCode: number; stdout: string; stderr: string } {
  return error instanceof Error && "exitCode" in error
}

const suiteFiles = (source: Directory, suite: string, migrating: string | undefined): Directory =>
  suite === frontendSuite
    ? source.directory("frontend")
    : source.directory("services").filter({ include: suiteInputs(suite, migrating) })

/** The frontend's files, in the folder that its packages are installed in. */
function frontendContainer(source: Directory): Container {
  return Object.entries(jestVariables(reports))
    .reduce((made, [name, value]) => made.withEnvVariable(name, value), toolchainOf("frontend", source))
    .withDirectory(".", source.directory("frontend"))
}

/** The services' packages, and a suite's files as they lie in `services/`. */
function suiteContainer(source: Directory, suite: string, migrating: string | undefined): Container {
  return toolchainOf("services", source)
    .withEnvVariable("PYTHONPATH", `${services}/common`)
    .withEnvVariable("PYTHONDONTWRITEBYTECODE", "1")
    .withDirectory(services, suiteFiles(source, suite, migrating))
}

/** Its password is no secret: one of chance would make every suite run again, and nothing but the suites reaches it. */
const postgresService = (): Service =>
  postgresContainer().withEnvVariable("POSTGRES_PASSWORD", password).asService({ useEntrypoint: true })

const failures = () => dag.cacheVolume("cat-house-failed-tests")

/** What a failed suite wrote, out of the cache, which only a container sees. */
async function failedReports(key: string): Promise<Directory> {
  return python()
    .withMountedCache(failed, failures())
    .withEnvVariable("READ", randomUUID())
    .withExec([
      "sh",
      "-c",
      `mkdir -p ${reports} ${failed}/$1 && mv ${failed}/$1/* ${reports}/; rmdir ${failed}/$1`,
      "sh",
      key,
    ])
    .directory(reports)
    .sync()
}

/** Named by chance: two secrets of one name would be one secret. */
const secretOf = (value: string) => dag.setSecret(`test-${randomUUID()}`, value)

async function contents(folder: Directory, name: string): Promise<string | undefined> {
  return (await folder.exists(name)) ? folder.file(name).contents() : undefined
}
