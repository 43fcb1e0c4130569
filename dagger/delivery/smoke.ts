import pMap from "p-map"
import type { EnvironmentName } from "../platform/manifest.ts"
import type { Progress } from "../platform/progress.ts"
import type { SmokeSuite } from "../platform/repository.ts"
import { servicesAtATime } from "./concurrency.ts"
import type { Problem } from "./problems.ts"
import { toldBy, type RunTool } from "./provenance/tools.ts"
import type { Target } from "./target.ts"

/** What smoke tests need of whoever runs them. */
export interface Smoke {
  /** Those of the working copy; a service may have none */
  suites(): Promise<SmokeSuite[]>
  run: RunTool
  /** A URL as what is run reaches it */
  reach(url: string): string
}

/** So many lines of what a failed test says are told. */
const shownLines = 12

/**
 * Runs the services' smoke tests side by side against what an environment serves, and returns a problem for each service
 * whose tests fail, in the tests' words. `versions` are those that should serve, by service.
 */
export async function smokeProblems(
  target: Target,
  smoke: Smoke,
  versions: Map<string, string>,
  progress: Progress,
): Promise<Problem[]> {
  const suites = (await smoke.suites()).filter(({ service }) => versions.has(service))
  const problems = await pMap(
    suites,
    async ({ service, files }): Promise<Problem[]> => {
      progress.status(service, "running its smoke tests")
      const variables = {
        SMOKE_URL: smoke.reach(target.infrastructure.publicUrl),
        SMOKE_VERSION: versions.get(service)!,
        ...target.infrastructure.variables?.[service],
      }
      const output = await smoke.run("pytest", pytestOptions, { variables, files })
      if (output.exitCode === 0) {
        const skipped = skippedIn(output.stdout).map((reason) => `; skipped: ${reason}`)
        progress.done(service, `passes its smoke tests${skipped.join("")}`)
        return []
      }
      const lines = failuresIn(output.stdout) ?? toldBy(output)
      progress.failed(service, "fails its smoke tests")
      return [{ subject: service, what: "fails its smoke tests", lines }]
    },
    servicesAtATime,
  )
  return problems.flat()
}

const pytestOptions = ["-q", "-rs", "--tb=short", "--no-header", "-p", "no:cacheprovider"]

/** What pytest says of tests that failed: which, and each one's error; undefined where it says no such thing. */
export function failuresIn(stdout: string): string[] | undefined {
  const told = stdout.split("\n").flatMap((line) => {
    const [, failed] = /^(?:FAILED|ERROR) \S+?::(.+?)(?: - .*)?$/.exec(line) ?? []
    const [, error] = /^E {3}(\S.*)$/.exec(line) ?? []
    return failed ? [`test ${failed}`] : error ? [error] : []
  })
  return told.length > 0 ? [...new Set(told)].slice(-shownLines) : undefined
}

/** Why tests were skipped, as pytest says it. */
export const skippedIn = (stdout: string): string[] =>
  [...stdout.matchAll(/^SKIPPED \[\d+\] \S+?: (.+)$/gm)].map(([, reason]) => reason!)

/** How a failure of the tests is told apart from one that was there before. */
export const failedBefore = (service: string, environment: EnvironmentName): string =>
  `The smoke tests of ${service} fail with what serves ${environment} now, too: it is not this change alone.`
