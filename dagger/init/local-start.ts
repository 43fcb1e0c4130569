import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import type { Dockerfile } from "./read-dockerfile.ts"

/** How a service is prepared and started in plain Node, which runs no images; or why the Dockerfile does not tell. */
export interface LocalStart {
  prepare?: string[]
  start?: string[]
  problem?: string
}

/** What starts a service on this machine as it does in its image: from its folder, where all that it needs is there. */
export function localStartOf(folder: string, context: string, name: string, dockerfile: Dockerfile): LocalStart {
  const { program, workdir, ports } = dockerfile
  if (!program) return { problem: "its Dockerfile has no ENTRYPOINT or CMD that is a list of words" }
  const words = withoutInit(program).map((word) =>
    word.startsWith(`${workdir}/`) ? word.slice(workdir.length + 1) : word,
  )
  const told = ports.find((port) => words.some((word) => new RegExp(`(^|\\D)${port}$`).test(word)))
  if (told !== undefined) return { problem: `its Dockerfile starts it on port ${told}, whatever PORT says` }
  const has = (file: string) => existsSync(join(folder, file))
  if (has("go.mod")) return startOfGo(name, words, dockerfile.runs)
  if (nodePrograms.includes(words[0]!)) return startOfNode(words, dockerfile.runs, has)
  if (["python", "python3"].includes(words[0]!)) return startOfPython(words, has, existsSync(join(context, "uv.lock")))
  return { problem: `${words[0]} is a program of its image` }
}

/** A process that only hands signals on is of no use here. */
function withoutInit(program: string[]): string[] {
  if (!["tini", "dumb-init"].includes(basename(program[0]!))) return program
  const rest = program.slice(1)
  while (rest[0]?.startsWith("-")) rest.shift()
  return rest.length > 0 ? rest : program
}

/** Compiled as its Dockerfile does, to a place of its own. */
function startOfGo(name: string, [, ...args]: string[], runs: string[]): LocalStart {
  const build = runs.find((command) => /(^|\s)go build(\s|$)/.test(command))
  if (!build) return { problem: "its Dockerfile does not say how it is compiled" }
  const what = build.split(" ").findLast((word) => word.startsWith(".")) ?? "."
  return { prepare: ["go", "build", "-o", `.bin/${name}`, what], start: [`.bin/${name}`, ...args] }
}

const nodePrograms = ["node", "npm", "npx", "yarn", "pnpm"]

/** What installs packages and builds, in the order of the Dockerfile. */
const ofNode = /^(npm (ci|i|install|run)|yarn|yarn (install|run|build)|pnpm (i|install|run|build))( |$)/

function startOfNode(words: string[], runs: string[], has: (file: string) => boolean): LocalStart {
  const commands = runs.filter((command) => ofNode.test(command))
  if (commands.some((command) => command.startsWith("npm ci")) && !has("package-lock.json"))
    return { problem: "its Dockerfile installs packages whose package-lock.json is not in its folder" }
  const builds = commands.some((command) => / (run|build)( |$)/.test(command))
  const missing = words.find((word) => /\.[cm]?[jt]s$/.test(word) && !has(word))
  if (missing !== undefined && !builds) return { problem: `${missing} is not in its folder` }
  if (commands.length === 0) return { start: words }
  const isPlain = commands.length === 1 && /^[\w./@:= -]+$/.test(commands[0]!)
  return { prepare: isPlain ? commands[0]!.split(" ") : ["sh", "-c", commands.join(" && ")], start: words }
}

/** Of a uv workspace, which needs no more, or without packages: where those are installed to is each machine's own. */
function startOfPython(words: string[], has: (file: string) => boolean, isInWorkspace: boolean): LocalStart {
  if (isInWorkspace && words.slice(1).join(" ") === "-m app") return {}
  const packages = ["requirements.txt", "pyproject.toml", "Pipfile", "setup.py"].find(has)
  if (packages) return { problem: `its packages (${packages}) have to be installed` }
  const missing = words.find((word) => word.endsWith(".py") && !has(word))
  return missing === undefined ? { start: words } : { problem: `${missing} is not in its folder` }
}
