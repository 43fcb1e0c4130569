import { dag, ReturnType, type Changeset, type Container, type Directory } from "@dagger.io/dagger"
import { acceptedFile, parseAccepted } from "../../quality/lint/audits.ts"
import { checksOf, formatters, selectChecks, type Check, type Run } from "../../quality/lint/checks.ts"
import { failedCheck, judgeExitCode, located, runAll, type Output } from "../../quality/lint/findings.ts"
import type { CheckName } from "../../quality/lint/names.ts"
import { Failure } from "../../platform/failure.ts"
import { toolchainOf, workFolder } from "./toolchains.ts"

/** Runs the checks of a working copy, or those that are named, side by side. Throws with what they find. */
export async function lint(workingCopy: Directory, names?: string[]): Promise<string> {
  const checks = selectChecks(checksOf(await servicesIn(workingCopy)), names)
  return runAll(checks, (check) => runCheck(workingCopy, check))
}

/** Runs one check. Throws with what it finds. */
export async function check(workingCopy: Directory, name: CheckName): Promise<void> {
  const [check] = selectChecks(checksOf(await servicesIn(workingCopy)), [name])
  await runCheck(workingCopy, check!)
}

async function runCheck(workingCopy: Directory, check: Check): Promise<void> {
  const today = new Date().toISOString().slice(0, 10)
  const listed = await workingCopy.glob(acceptedFile)
  const accepted = parseAccepted(listed.length > 0 ? await workingCopy.file(acceptedFile).contents() : undefined)
  const found = await Promise.all(
    check.runs.map(async (run) => {
      const prepared = prepare(run, workingCopy)
      const ended = execute(run, check.daily ? prepared.withEnvVariable("AUDITED_ON", today) : prepared)
      const findings = located(run, check.judge(await outputOf(ended), { accepted, today }))
      return findings.map((line) => line.replaceAll(`${workFolder}/`, ""))
    }),
  )
  if (found.flat().length > 0) throw failedCheck(check, found.flat())
}

/** What tools can mend in a working copy, as changes to it. */
export async function format(workingCopy: Directory): Promise<Changeset> {
  let after = workingCopy
  for (const run of formatters) {
    const ended = execute(run, prepare(run, after))
    const output = await outputOf(ended)
    // ESLint has mended what it could when it exits with 1.
    if (output.exitCode > 1) {
      throw new Failure(
        "failed",
        `${run.command[0]} could not format.`,
        located(run, judgeExitCode(output)).slice(0, 10),
      )
    }
    const mended = ended.directory(workFolder).filter({ include: run.files, exclude: ["**/node_modules"] })
    after = after.withDirectory(".", mended)
  }
  return after.changes(workingCopy)
}

/** A run's tools with the files that it reads: a filter is cached by what it lets through. */
function prepare(run: Run, workingCopy: Directory): Container {
  const container = toolchainOf(run.toolchain, workingCopy)
    .withDirectory(workFolder, workingCopy.filter({ include: run.files }))
    .withWorkdir(`${workFolder}/${run.folder}`)
  if (run.command[0] !== "mypy") return container
  // Each folder has its own, as modules of different services have the same names.
  return container
    .withEnvVariable("MYPY_CACHE_DIR", "/mypy")
    .withMountedCache("/mypy", dag.cacheVolume(`cat-house-mypy-${run.folder.replaceAll("/", "-")}`))
}

const execute = (run: Run, container: Container): Container =>
  container.withExec(run.command, { expect: ReturnType.Any })

async function outputOf(ended: Container): Promise<Output> {
  const [exitCode, stdout, stderr] = await Promise.all([ended.exitCode(), ended.stdout(), ended.stderr()])
  return { exitCode, stdout, stderr }
}

/** The folders of Python packages, the shared one included. */
async function servicesIn(workingCopy: Directory): Promise<string[]> {
  const projects = await workingCopy.glob("services/*/pyproject.toml")
  return projects.map((path) => path.split("/")[1]!).sort()
}
