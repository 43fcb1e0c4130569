import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { buildCosign, type RunTool, type Tool } from "../delivery/provenance/tools.ts"
import { refused } from "../platform/failure.ts"
import { runProcess } from "./processes/run-process.ts"
import { stateFolder } from "./up-record.ts"

/** Runs tools as processes; each is installed when it is first needed. */
export function runTool(root: string): RunTool {
  const installed = new Map<Tool, Promise<string>>()
  return async (tool, args, { variables, files }) => {
    const installing = installed.get(tool) ?? install(root, tool)
    installed.set(tool, installing)
    const program = await installing
    const folder = await mkdtemp(join(tmpdir(), `cat-house-${tool}-`))
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
      return await runProcess([program, ...args], folder, { ...process.env, ...variables })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Where the tools' lock files are, whatever working copy is delivered */
const toolsFolder = join(import.meta.dirname, "..", "tools")

/** Installs what the tool's lock files name, unless it is there, and returns the program. */
async function install(root: string, tool: Tool): Promise<string> {
  const project = join(toolsFolder, tool)
  const state = stateFolder(root)
  await mkdir(join(state, tool), { recursive: true })
  const folder = await realpath(join(state, tool)) // an environment's programs name the folder that it was made in
  const program = join(folder, "bin", tool)
  const stamp = join(folder, "installed")
  const locks = tool === "cosign" ? ["uv.lock", "go.sum"] : ["uv.lock"]
  const hash = createHash("sha256")
  for (const lock of locks) hash.update(await readFile(join(project, lock)))
  const key = hash.digest("hex")
  if (existsSync(program) && existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return program

  const env = {
    ...process.env,
    UV_PROJECT_ENVIRONMENT: folder,
    UV_PYTHON_DOWNLOADS: "never",
    PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
  }
  const commands = [[join(state, "uv", "bin", "uv"), "sync", "--quiet", "--locked"]]
  if (tool === "cosign") commands.push(buildCosign(program))
  for (const command of commands) {
    const { exitCode, stderr } = await runProcess(command, project, env)
    if (exitCode !== 0) throw refused(`${tool} could not be installed.`, ...stderr.trim().split("\n").slice(-5))
  }
  await writeFile(stamp, key)
  return program
}
