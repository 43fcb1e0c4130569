import { spawn } from "node:child_process"
import type { Output } from "../../platform/output.ts"
import { guard } from "./watchdog.ts"

/** Runs a program to its end, which is that of this process at the latest. A program that is not there exits with 127. */
export function runProcess([program, ...args]: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Output> {
  const child = spawn(program!, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true })
  guard(child)
  let [stdout, stderr] = ["", ""]
  // Decoded as a whole: a chunk may end within a character.
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk))
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ exitCode: 127, stdout, stderr: error.message }))
    child.once("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr }))
  })
}
