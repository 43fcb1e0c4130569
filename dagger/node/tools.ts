import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { RunTool, Tool } from "../delivery/provenance/tools.ts"
import { refused } from "../platform/failure.ts"
import { runProcess } from "./processes/run-process.ts"
import { hostEnvironment, networkEnvironment } from "./processes/host-environment.ts"
import { makeStateFolder, ownState } from "./state-folder.ts"

/** Runs tools as processes: cosign from the PATH, as no registry of packages has it; the others are installed when first needed. */
export function runTool(root: string): RunTool {
  const found = new Map<Tool, Promise<string>>()
  return async (tool, args, { variables, files }) => {
    const finding = found.get(tool) ?? (tool === "cosign" ? findCosign() : install(root, tool))
    found.set(tool, finding)
    const program = await finding
    const folder = await mkdtemp(join(tmpdir(), `cat-house-${tool}-`))
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
      return await runProcess([program, ...args], folder, { ...networkEnvironment(), ...variables })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** cosign 3 writes signatures as OCI referrers; version 2 writes tags, which nothing here reads. */
async function findCosign(): Promise<string> {
  const howToGetIt = "Install cosign 3, which https://docs.sigstore.dev tells how to; dagger call brings its own."
  const { exitCode, stdout } = await runProcess(["cosign", "version", "--json"], tmpdir(), hostEnvironment())
  if (exitCode !== 0)
    throw refused("cosign was not found on the PATH, so nothing can be signed or verified.", howToGetIt)
  const version = /"gitVersion": "v?([^"]+)"/.exec(stdout)?.[1]
  if (Number.parseInt(version ?? "") < 3) throw refused(`cosign ${version} is too old.`, howToGetIt)
  return "cosign"
}

/** Where the tools' lock files are, whatever working copy is delivered */
const toolsFolder = join(import.meta.dirname, "..", "tools")

/** Installs what the tool's lock files name, unless it is there, and returns the program. */
async function install(root: string, tool: Tool): Promise<string> {
  const project = join(toolsFolder, tool)
  const folder = await realpath(await makeStateFolder(root, tool)) // an environment's programs name the folder that it was made in
  const program = join(folder, "bin", tool)
  const stamp = join(folder, "installed")
  const key = createHash("sha256")
    .update(await readFile(join(project, "uv.lock")))
    .digest("hex")
  if (existsSync(program) && existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return program

  const env = {
    ...networkEnvironment(),
    UV_PROJECT_ENVIRONMENT: folder,
    UV_PYTHON_DOWNLOADS: "never",
  }
  const sync = [join(ownState, "uv", "bin", "uv"), "sync", "--quiet", "--locked"]
  const { exitCode, stderr } = await runProcess(sync, project, env)
  if (exitCode !== 0) throw refused(`${tool} could not be installed.`, ...stderr.trim().split("\n").slice(-5))
  await writeFile(stamp, key)
  return program
}
