import { Failure } from "../../platform/failure.ts"
import type { Output } from "../../platform/output.ts"
import type { Progress } from "../../platform/progress.ts"
import { acceptedFile, NotAudited, parseAccepted } from "./audits.ts"
import type { Check, CheckGroup, Run } from "./check.ts"
import { checksOf, formatters, selectChecks } from "./checks.ts"
import { failedCheck, judgeExitCode, located, summaryOf } from "./findings.ts"

/** What checks need of whoever runs them. */
export interface CheckRunner {
  /** The folders of `services/` that are Python packages, the shared one included */
  pythonProjects(): Promise<string[]>
  /** A file of the working copy; undefined where it is not there */
  readFile(path: string): Promise<string | undefined>
  /** Runs a tool in the working copy. What it says of files is relative to that; what it changes stays changed. */
  runTool(run: Run, options: { daily?: string }): Promise<Output>
}

export interface LintOptions {
  /** Names of checks; default: all of them */
  names?: string[]
  group?: CheckGroup
  /** Whether an audit that gets no answer fails; default: it is told, and nothing else */
  requireAudits?: boolean
}

/**
 * Runs the checks of a working copy side by side, or some of them, and returns how each ended. Throws with what all of them
 * have found.
 */
export async function lint(
  runner: CheckRunner,
  { names = [], group, requireAudits = false }: LintOptions,
  progress: Progress,
): Promise<string> {
  const all = selectChecks(checksOf(await runner.pythonProjects()), names)
  const checks = all.filter((check) => group === undefined || check.group === group)
  const results = await Promise.allSettled(
    checks.map(async ({ name, ...check }): Promise<string[]> => {
      progress.status(name, "running")
      try {
        await runCheck(runner, { name, ...check })
        progress.done(name, "clean")
        return [`${name}: clean`]
      } catch (error) {
        const isUnanswered = error instanceof NotAudited
        progress.failed(name, isUnanswered ? "not audited" : "not clean")
        if (!isUnanswered || requireAudits) throw error
        return [`${name}: not audited`, ...error.details.map((line) => `  ${line}`)]
      }
    }),
  )
  return summaryOf(checks, results)
}

/** Runs one check. Throws with all that it finds; with NotAudited where it finds nothing, but got no answer. */
export async function runCheck(runner: CheckRunner, check: Check): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  const accepted = parseAccepted(await runner.readFile(acceptedFile))
  const unanswered: string[] = []
  const found = await Promise.all(
    check.runs.map(async (run) => {
      const output = await runner.runTool(run, check.daily ? { daily: today } : {})
      try {
        return located(run, check.judge(output, { accepted, today }))
      } catch (error) {
        if (!(error instanceof NotAudited)) throw error
        unanswered.push(...located(run, error.details))
        return []
      }
    }),
  )
  if (found.flat().length > 0) throw failedCheck(check, [...found.flat(), ...unanswered])
  if (unanswered.length > 0) throw new NotAudited(check.name, unanswered)
}

/** Fixes in the working copy what tools can. */
export async function format(runner: CheckRunner): Promise<void> {
  for (const run of formatters) {
    const output = await runner.runTool(run, {})
    // ESLint has fixed what it could when it exits with 1.
    if (output.exitCode <= 1) continue
    const what = `${run.command[0]} could not format.`
    throw new Failure("failed", what, located(run, judgeExitCode(output)).slice(0, 10))
  }
}
