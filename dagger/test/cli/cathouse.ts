import { spawn, type ChildProcess } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { repositoryRoot } from "../working-copy.ts"

const cli = join(repositoryRoot, "dagger", "src", "cli.ts")

/** How a command ended. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Starts the plain-Node command in a working copy; `mark` is in the environment of every process that it starts. */
export function start(
  root: string,
  args: string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve))
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(([exitCode, stdout, stderr]) => ({
    exitCode,
    stdout,
    stderr,
  }))
  return { child, ended }
}

export const cathouse = (root: string, args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  start(root, args, env).ended

/** Starts the command on a terminal of its own, where it stays up until Ctrl-C. */
export function startInTerminal(root: string, args: string[]) {
  const mark = `terminal-${Math.random()}`
  const program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
  const child = spawn("python3", ["-c", program, process.execPath, cli, ...args], {
    cwd: root,
    env: { ...process.env, CATHOUSE_TEST: mark },
    stdio: ["pipe", "pipe", "inherit"],
  })
  let seen = ""
  child.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()))
  return {
    mark,
    seen: () => seen,
    interrupt: () => child.stdin.write("\x03"),
    ended: new Promise<number | null>((resolve) => child.once("exit", resolve)),
  }
}

/** The command lines of processes that have a variable in their environment, where the system shows that (Linux). */
export async function processesWith(name: string, value: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir("/proc").catch(() => [])).filter((entry) => /^\d+$/.test(entry))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")
    if (!environment.split("\0").includes(`${name}=${value}`)) continue
    found.push((await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " "))
  }
  return found
}
