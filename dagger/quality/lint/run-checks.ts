import { Failure } from "../../platform/failure.ts"
import type { Output } from "../../platform/output.ts"
import type { Progress } from "../../platform/progress.ts"
import { acceptedFile, parseAccepted } from "./audits.ts"
import type { Check, Run } from "./check.ts"
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

/** Runs the checks of a working copy side by side, or those that are named. Throws with what they find. */
export async function lint(runner: CheckRunner, names: string[], progress: Progress): Promise<string> {
  const checks = selectChecks(checksOf(await runner.pythonProjects()), names)
  const results = await Promise.allSettled(
    checks.map(async (check) => {
      await runCheck(runner, check).catch((error: unknown) => {
        progress.failed(check.name, "not clean")
        throw error
      })
      progress.done(check.name, "clean")
    }),
  )
  return summaryOf(checks, results)
}

/** Runs one check. Throws with what it finds. */
export async function runCheck(runner: CheckRunner, check: Check): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  const accepted = parseAccepted(await runner.readFile(acceptedFile))
  const found = await Promise.all(
    check.runs.map(async (run) => {
      const output = await runner.runTool(run, check.daily ? { daily: today } : {})
      return located(run, check.judge(output, { accepted, today }))
    }),
  )
  if (found.flat().length > 0) throw failedCheck(check, found.flat())
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
