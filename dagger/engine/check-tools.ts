import { dag, ReturnType, type Changeset, type Container, type Directory } from "@dagger.io/dagger"
import type { Run } from "../quality/lint/check.ts"
import type { CheckRunner } from "../quality/lint/run-checks.ts"
import { toolchainOf, workFolder } from "./toolchains.ts"

/** Runs the checks' tools in containers. What one changes, the next one finds. */
export function checkTools(workingCopy: Directory): {
  run: CheckRunner["runTool"]
  addFiles(files: Record<string, string>): void
  changes(): Changeset
} {
  let after = workingCopy
  return {
    async run(run, { daily }) {
      const prepared = prepare(run, after)
      const container = daily ? prepared.withEnvVariable("AUDITED_ON", daily) : prepared
      const ended = container.withExec(run.command, { expect: ReturnType.Any })
      const [exitCode, stdout, stderr] = await Promise.all([ended.exitCode(), ended.stdout(), ended.stderr()])
      if (run.changes) {
        const changed = ended.directory(workFolder).filter({ include: run.files, exclude: ["**/node_modules"] })
        after = after.withDirectory(".", changed)
      }
      const relative = (text: string) => text.replaceAll(`${workFolder}/`, "")
      return { exitCode, stdout: relative(stdout), stderr: relative(stderr) }
    },
    addFiles(files) {
      for (const [path, text] of Object.entries(files)) after = after.withNewFile(path, text)
    },
    changes: () => after.changes(workingCopy),
  }
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
