import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { refused } from "../../platform/failure.ts"
import { frontendSuite, pythonSuites } from "./frontend.ts"
import type { SuiteKind } from "./suite-kind.ts"

/** The folders of services/ that have tests: those of services, and of what they share; and the frontend, if it has. */
export async function suitesIn(root: string): Promise<string[]> {
  const folder = join(root, "services")
  const names = await readdir(folder).catch(() => [])
  const services = names.filter((name) => existsSync(join(folder, name, "tests")))
  return existsSync(join(root, "frontend", "test")) ? [...services, frontendSuite] : services
}

/** All suites but the frontend's, where no service has this name */
const backend = "backend"

/** The suites to run: all, the one named, or the backend's. Refuses an unknown name. */
export function selectSuites(suites: string[], name?: string): string[] {
  const sorted = suites.toSorted()
  if (name === undefined) return sorted
  if (sorted.includes(name)) return [name]
  if (name === backend) return pythonSuites(sorted)
  throw refused(`unknown service "${name}".`, `Expected one of: ${sorted.join(", ")}, or ${backend}.`)
}

/**
 * The paths, relative to `services/`, that a suite depends on: what changes elsewhere does not run it again. The migrations
 * are those of the service that migrates.
 */
export function suiteInputs(suite: string, migrating: string | undefined): string[] {
  const migrations = migrating === undefined ? [] : [`${migrating}/alembic.ini`, `${migrating}/migrations`]
  return [...new Set([suite, "common", ...migrations, "pyproject.toml", "uv.lock"])]
}

/** The arguments of Python for a suite, in its folder; its reports go to a folder that is there. */
export function pytestArguments(suite: string, kind: SuiteKind, reports: string): string[] {
  const marked = { unit: ["-m", "not integration"], integration: ["-m", "integration"], all: [] }[kind]
  return [
    ...["-m", "pytest", "-q", "-p", "no:cacheprovider", ...marked],
    ...[`--junitxml=${reports}/junit.xml`, "-o", `junit_suite_name=${suite}`],
    ...[`--cov=${suite === "common" ? "cathouse_common" : "app"}`, "--cov-config=../pyproject.toml"],
    ...["--cov-report=", `--cov-report=xml:${reports}/coverage.xml`, `--cov-report=html:${reports}/html`],
  ]
}
