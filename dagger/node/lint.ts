import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { acceptedFile, parseAccepted } from "../quality/lint/audits.ts"
import { checksOf, formatters, selectChecks, type Check, type Run } from "../quality/lint/checks.ts"
import { failedCheck, judgeExitCode, located, runAll, type Output } from "../quality/lint/findings.ts"
import { Failure } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { runProcess } from "./processes/run-process.ts"
import type { Installed } from "./packages/toolchains.ts"

/** Runs the checks of a working copy, or those that are named, with processes of this machine. */
export async function lint(root: string, installed: Installed, progress: Progress, names?: string[]): Promise<string> {
  const checks = selectChecks(checksOf(await servicesIn(root)), names)
  const turn = turns(availableParallelism())
  return runAll(checks, async (check) => {
    await runCheck(root, installed, check, turn).catch((error: unknown) => {
      progress.failed(check.name, "not clean")
      throw error
    })
    progress.done(check.name, "clean")
  })
}

/** Runs a check, and throws with what it finds. */
export async function runCheck(root: string, installed: Installed, check: Check, turn = turns(1)): Promise<void> {
  const accepted = await readFile(join(root, acceptedFile), "utf8").catch(() => undefined)
  const circumstances = { accepted: parseAccepted(accepted), today: new Date().toISOString().slice(0, 10) }
  const found = await Promise.all(
    check.runs.map(async (run) => {
      const output = await turn(() => runIn(root, installed, run))
      return located(run, check.judge(output, circumstances)).map((line) => line.replaceAll(`${root}/`, ""))
    }),
  )
  if (found.flat().length > 0) throw failedCheck(check, found.flat())
}

/** Mends in the working copy what tools can mend. */
export async function format(root: string, installed: Installed): Promise<string> {
  for (const run of formatters) {
    const output = await runIn(root, installed, run)
    // ESLint has mended what it could when it exits with 1.
    if (output.exitCode > 1) {
      throw new Failure(
        "failed",
        `${run.command[0]} could not format.`,
        located(run, judgeExitCode(output)).slice(0, 10),
      )
    }
  }
  return "formatted; git diff shows what has changed"
}

async function runIn(root: string, installed: Installed, { toolchain, folder, command }: Run): Promise<Output> {
  const env = await installed(toolchain)
  // Each folder has its own, as modules of different services have the same names.
  const MYPY_CACHE_DIR = join(root, ".cathouse", "lint", "mypy", folder)
  return runProcess(command, join(root, folder), { ...env, MYPY_CACHE_DIR })
}

/** The folders of Python packages, the shared one included. */
async function servicesIn(root: string): Promise<string[]> {
  const names = await readdir(join(root, "services"))
  return names.filter((name) => existsSync(join(root, "services", name, "pyproject.toml"))).sort()
}

/** Lets so many work at once; the others wait for their turn. */
export function turns(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
