import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { Failure, refused } from "../platform/failure.ts"
import type { Repository } from "../platform/repository.ts"
import type { Progress } from "../platform/progress.ts"
import { codecovArguments, uploadFailure } from "../quality/test/codecov.ts"
import { commitOf } from "./commit.ts"
import { runProcess } from "./processes/run-process.ts"
import { reportsOf } from "./test.ts"
import { stateFolder } from "./up-record.ts"

/** Sends the last test's reports to Codecov, a flag each. Without a token, says where they lie. */
export async function uploadCoverage(repository: Repository, progress: Progress): Promise<string> {
  const { root } = repository
  const reports = reportsOf(repository)
  const suites = await coveredSuites(reports)
  if (suites.length === 0)
    throw refused(`there is no coverage in ${reports}.`, "Run the tests before: npm run cathouse -- test")
  const { CODECOV_TOKEN: token, CODECOV_ENDPOINT: endpoint } = process.env
  if (!token) return `CODECOV_TOKEN is not set, so nothing was sent. Coverage: ${join(reports, "<suite>", "html")}`
  const codecov = await installCodecov(repository, progress)
  const commit = await commitOf(root)
  for (const suite of suites) {
    progress.status(suite, "sending")
    const args = codecovArguments(suite, join(reports, suite, "coverage.xml"), commit, endpoint)
    const { exitCode, stdout, stderr } = await runProcess([codecov, ...args], root, process.env)
    if (exitCode !== 0)
      throw new Failure("failed", `Codecov did not take ${suite}'s coverage.`, uploadFailure(stdout + stderr, token))
    progress.done(suite, "sent")
  }
  return `Sent to Codecov, a flag each: ${suites.join(", ")}`
}

async function coveredSuites(reports: string): Promise<string[]> {
  const folders = await readdir(reports).catch(() => [])
  return folders.filter((folder) => existsSync(join(reports, folder, "coverage.xml"))).sort()
}

async function installCodecov(repository: Repository, progress: Progress): Promise<string> {
  const state = stateFolder(repository)
  const folder = join(state, "codecov")
  progress.status("codecov-cli", "installing what its lock file names")
  const project = join(repository.root, "dagger", "tools", "codecov")
  const sync = [join(state, "uv", "bin", "uv"), "sync", "--quiet", "--locked", "--project", project]
  const variables = { ...process.env, UV_PROJECT_ENVIRONMENT: folder, UV_PYTHON_DOWNLOADS: "never" }
  const { exitCode, stderr } = await runProcess(sync, project, variables)
  if (exitCode !== 0) throw refused("codecov-cli could not be installed.", ...stderr.trim().split("\n").slice(-5))
  progress.done("codecov-cli", "as its lock file names it")
  return join(folder, "bin", "codecovcli")
}
