import { spawn, type ChildProcess } from "node:child_process"
import { basename, join } from "node:path"
import { text } from "node:stream/consumers"
import { pathToFileURL } from "node:url"
import { expect, onTestFailed, onTestFinished } from "vitest"
import { requestsFile, requestsFolder } from "../contracts/requests.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { runFolder } from "../run-folder.ts"
import { watchFamily } from "./processes.ts"

const cli = join(repositoryRoot, "dagger", "node", "cli.ts")
const recorder = pathToFileURL(join(repositoryRoot, "dagger", "test", "contracts", "recorder.ts")).href

/** Has a command write what it asks of AWS to a file of the run, which `contracts/` reads once all tests have ended. */
function recordRequests(): { options: string[]; env: Record<string, string> } {
  const name = `${basename(expect.getState().testPath!)}.jsonl`
  const file = join(requestsFolder(process.env[runFolder]!), name)
  return { options: ["--import", recorder], env: { [requestsFile]: file } }
}

/** Lines at a command's end that say why it ended so */
const lastLines = 30

/** A test that fails says in its error what its commands said. */
function tellWhenFailed(args: string[], ended: Promise<Ended>): void {
  if (expect.getState().currentTestName === undefined) return
  let said = "has not ended"
  void ended.then(({ exitCode, stdout, stderr }) => {
    const lines = `${stdout}\n${stderr}`.trimEnd().split("\n").slice(-lastLines)
    said = [`ended with ${exitCode}:`, ...lines].join("\n")
  })
  onTestFailed(({ task }) => {
    for (const error of task.result!.errors!) error.message += `\n\n${args.join(" ")} ${said}`
  })
}

/** How a command ended, and which of the processes that it started are still there. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
  started: number
  left: number[]
}

/** Starts the plain-Node command in a working copy; `within` is a command that runs the one that it is given. */
export function start(
  root: string,
  args: string[],
  env: Record<string, string> = {},
  within: string[] = [],
): { child: ChildProcess; ended: Promise<Ended> } {
  const recording = recordRequests()
  const [program, ...rest] = [...within, process.execPath, ...recording.options, cli, ...args]
  const child = spawn(program!, rest, {
    cwd: root,
    env: { ...process.env, ...recording.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const stopWatching = watchFamily(child.pid!)
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve))
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    async ([exitCode, stdout, stderr]) => {
      const { seen, left } = await stopWatching()
      return { exitCode, stdout, stderr, started: seen, left }
    },
  )
  tellWhenFailed(args, ended)
  return { child, ended }
}

export const cathouse = (
  root: string,
  args: string[],
  env: Record<string, string> = {},
  within: string[] = [],
): Promise<Ended> => start(root, args, env, within).ended

/** Starts the command on a terminal of its own, where it stays up until Ctrl-C. */
export function startInTerminal(root: string, args: string[]) {
  const program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
  const recording = recordRequests()
  const child = spawn("python3", ["-c", program, process.execPath, ...recording.options, cli, ...args], {
    cwd: root,
    env: { ...process.env, ...recording.env },
    stdio: ["pipe", "pipe", "inherit"],
  })
  // A test that fails before its Ctrl-C would wait for it for ever.
  onTestFinished(() => void child.kill())
  const stopWatching = watchFamily(child.pid!)
  let seen = ""
  child.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()))
  return {
    pid: child.pid!,
    seen: () => seen,
    interrupt: () => child.stdin.write("\x03"),
    ended: new Promise((resolve) => child.once("exit", resolve)).then(stopWatching),
  }
}
