import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import pLimit from "p-limit"
import { refused } from "../platform/failure.ts"
import { once } from "../platform/once.ts"
import type { Progress } from "../platform/progress.ts"
import {
  frontendSuite,
  hasFrontendTests,
  jestArguments,
  jestVariables,
  pythonSuites,
} from "../quality/test/frontend.ts"
import { nothingToDo } from "../quality/test/results.ts"
import type { SuiteRunner } from "../quality/test/runner.ts"
import type { SuiteKind } from "../quality/test/suite-kind.ts"
import { pytestArguments } from "../quality/test/suites.ts"
import { toolchains } from "./packages/toolchains.ts"
import { startPostgres } from "./processes/postgres.ts"
import type { Repository } from "../platform/repository.ts"
import { runProcess } from "./processes/run-process.ts"
import { hostEnvironment, networkEnvironment } from "./processes/host-environment.ts"
import { ownState, stateFolder } from "./state-folder.ts"

export const reportsOf = (root: string): string => join(root, "reports", "tests")

/** Suites as processes of this machine, as many at once as it has cores; each writes into its folder of `reports`. */
export function localSuites(
  { root, platform }: Repository,
  suites: string[],
  kind: SuiteKind,
  progress: Progress,
): SuiteRunner {
  const reports = reportsOf(root)
  const services = join(root, "services")
  const testsFrontend = suites.includes(frontendSuite) && hasFrontendTests(kind)
  const python = once(() => installPython(root, services, progress))
  const jestPath = once(() => installJest(root, progress))
  type Program = { program: string[]; cwd: string; own: NodeJS.ProcessEnv }
  const programOf = async (suite: string, folder: string): Promise<Program> => {
    if (suite === frontendSuite) {
      const own = { ...jestVariables(folder), PATH: await jestPath(), NO_COLOR: "1" }
      return { program: jestArguments(folder), cwd: join(root, "frontend"), own }
    }
    const program = [await python(), ...pytestArguments(suite, kind, folder)]
    return { program, cwd: join(services, suite), own: { COVERAGE_FILE: join(folder, ".coverage") } }
  }
  const limit = pLimit(availableParallelism())
  return {
    async install() {
      await Promise.all([pythonSuites(suites).length > 0 && python(), testsFrontend && jestPath()])
    },
    run: (suite, variables) =>
      limit(async () => {
        const folder = join(reports, suite)
        await rm(folder, { recursive: true, force: true })
        await mkdir(folder, { recursive: true })
        if (suite === frontendSuite && !testsFrontend) return { suite, exitCode: nothingToDo, output: "" }
        const { program, cwd, own } = await programOf(suite, folder)
        const ended = await runProcess(program, cwd, { ...environment(), ...own, ...variables })
        return {
          suite,
          exitCode: ended.exitCode,
          output: ended.stdout + ended.stderr,
          junit: await textOf(join(folder, "junit.xml")),
          coverage: await textOf(join(folder, "coverage.xml")),
        }
      }),
    python: async (args, variables) =>
      runProcess([await python(), ...args], join(services, platform.migration?.service ?? ""), {
        ...environment(),
        ...variables,
      }),
    postgres: () => startPostgres(),
  }
}

const environment = () => ({ ...hostEnvironment(), PYTHONDONTWRITEBYTECODE: "1" })

/** The services' packages, with what tests need, as the lock file has them. */
async function installPython(root: string, services: string, progress: Progress): Promise<string> {
  const state = stateFolder(root)
  const folder = join(state, "python-tests")
  progress.status("packages", "installing what the lock file names")
  const sync = [
    join(ownState, "uv", "bin", "uv"),
    "sync",
    "--quiet",
    "--locked",
    "--all-packages",
    "--compile-bytecode",
    "--project",
    services,
  ]
  const variables = { ...networkEnvironment(), UV_PROJECT_ENVIRONMENT: folder, UV_PYTHON_DOWNLOADS: "never" }
  const { exitCode, stderr } = await runProcess(sync, services, variables)
  if (exitCode !== 0)
    throw refused("the services' packages could not be installed.", ...stderr.trim().split("\n").slice(-5))
  progress.done("packages", "as the lock file names them")
  return join(folder, "bin", "python")
}

/** The frontend's packages, as its lock file has them, where its checks have them, too. Returns the PATH that finds them. */
async function installJest(root: string, progress: Progress): Promise<string> {
  const { PATH = "" } = await toolchains(root, progress)("frontend")
  return PATH
}

async function textOf(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, "utf8") : undefined
}

/** The Cobertura reports of the last tests, by suite. */
export async function readCoverage(root: string): Promise<Map<string, string>> {
  const reports = reportsOf(root)
  const suites = (await readdir(reports).catch(() => [])).sort()
  const found = await Promise.all(
    suites.map(async (suite) => [suite, await textOf(join(reports, suite, "coverage.xml"))] as const),
  )
  return new Map(found.flatMap(([suite, content]) => (content === undefined ? [] : [[suite, content] as const])))
}
