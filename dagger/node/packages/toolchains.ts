import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { readFile, rm, writeFile } from "node:fs/promises"
import { delimiter, dirname, join } from "node:path"
import type { Toolchain } from "../../quality/lint/check.ts"
import { buildActionlint, environment, npmCi, uvSync } from "../../quality/lint/environment.ts"
import { linesOf } from "../../quality/lint/findings.ts"
import { refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { networkEnvironment } from "../processes/host-environment.ts"
import { runProcess } from "../processes/run-process.ts"
import { makeStateFolder, stateFolder } from "../state-folder.ts"

/** The environment of a toolchain's commands; its tools are first on the PATH. */
export type Installed = (toolchain: Toolchain) => Promise<NodeJS.ProcessEnv>

/**
 * The checks' tools, each installed when it is first asked for, into `.cathouse/lint/` and the folders of packages of the
 * repository at `root`, by the uv and npm that its bootstrap has found.
 */
export function toolchains(root: string, progress: Progress): Installed {
  const state = join(stateFolder(root), "lint")
  const started = new Map<Toolchain, Promise<NodeJS.ProcessEnv>>()

  const environmentWith = (...folders: string[]): NodeJS.ProcessEnv => ({
    ...networkEnvironment(),
    ...environment,
    UV_PYTHON: join(root, ".cathouse", "uv", "bin", "python"),
    PATH: [...folders, dirname(process.execPath), join(root, ".cathouse", "uv", "bin"), process.env.PATH].join(
      delimiter,
    ),
  })

  /** Runs an installer, unless what it makes was made from the very same files. */
  async function ensure(
    name: string,
    inputs: string[],
    make: (env: NodeJS.ProcessEnv) => Promise<void>,
  ): Promise<void> {
    const hash = createHash("sha256")
    for (const input of inputs) hash.update(await readFile(join(root, input)))
    const key = hash.digest("hex")
    const stamp = join(state, `${name}.installed`)
    if (existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return
    progress.status("lint", `installing ${name}`)
    await makeStateFolder(root, "lint")
    await rm(stamp, { force: true })
    await make(environmentWith())
    await writeFile(stamp, key)
  }

  async function install(command: string[], folder: string, env: NodeJS.ProcessEnv): Promise<void> {
    const { exitCode, stdout, stderr } = await runProcess(command, join(root, folder), env)
    if (exitCode === 0) return
    throw refused(`${command.slice(0, 3).join(" ")} failed in ${folder}.`, ...linesOf(stdout + stderr).slice(-6))
  }

  const installers: Record<Toolchain, () => Promise<NodeJS.ProcessEnv>> = {
    async services() {
      const venv = join(state, "services")
      await ensure("services", ["services/uv.lock"], (env) =>
        install(uvSync, "services", { ...env, UV_PROJECT_ENVIRONMENT: venv }),
      )
      return environmentWith(join(venv, "bin"))
    },
    async linters() {
      const venv = join(state, "linters")
      const bin = join(venv, "bin")
      const inputs = ["dagger/tools/lint/uv.lock", "dagger/tools/lint/actionlint/go.sum"]
      await ensure("linters", inputs, async (env) => {
        await install(uvSync, "dagger/tools/lint", { ...env, UV_PROJECT_ENVIRONMENT: venv })
        const withGo = { ...env, PATH: [bin, env.PATH].join(delimiter) }
        await install(buildActionlint(join(bin, "actionlint")), "dagger/tools/lint/actionlint", withGo)
      })
      return environmentWith(bin)
    },
    // The bootstrap has installed the root's packages.
    node: () => Promise.resolve(environmentWith(join(root, "node_modules", ".bin"))),
    async frontend() {
      await ensure("frontend", ["frontend/package-lock.json"], (env) => install(npmCi, "frontend", env))
      return environmentWith(join(root, "frontend", "node_modules", ".bin"))
    },
    async terraform() {
      const env = environmentWith()
      const { exitCode } = await runProcess(["terraform", "version"], root, env)
      if (exitCode === 0) return env
      throw refused(
        "terraform was not found, so what it checks was not checked.",
        "Install Terraform 1.11 or later, or let the engine bring it: dagger call lint",
      )
    },
  }

  return (toolchain) => {
    const ready = started.get(toolchain) ?? installers[toolchain]()
    started.set(toolchain, ready)
    return ready
  }
}
