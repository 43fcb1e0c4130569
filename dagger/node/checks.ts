import { availableParallelism } from "node:os"
import { join } from "node:path"
import pLimit from "p-limit"
import type { Progress } from "../platform/progress.ts"
import type { CheckRunner } from "../quality/lint/run-checks.ts"
import { toolchains, type Installed } from "./packages/toolchains.ts"
import { runProcess } from "./processes/run-process.ts"

/** Runs the checks' tools as processes, as many at once as this machine has cores. */
export function toolRunner(
  root: string,
  progress: Progress,
  installed: Installed = toolchains(root, progress),
): CheckRunner["runTool"] {
  const limit = pLimit(availableParallelism())
  return ({ toolchain, folder, command }) =>
    limit(async () => {
      const env = await installed(toolchain)
      // Each folder has its own, as modules of different services have the same names.
      const MYPY_CACHE_DIR = join(root, ".cathouse", "lint", "mypy", folder)
      const { exitCode, stdout, stderr } = await runProcess(command, join(root, folder), { ...env, MYPY_CACHE_DIR })
      const relative = (text: string) => text.replaceAll(`${root}/`, "")
      return { exitCode, stdout: relative(stdout), stderr: relative(stderr) }
    })
}
