import { execFile, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { RunningTask } from "../../local-cloud/task-driver.ts"
import { stopProcess } from "./stop-process.ts"
import { guard } from "./watchdog.ts"

export interface TaskProcess {
  folder?: string
  environment: Record<string, string>
  /** That it is to listen on, told in PORT */
  port: number | undefined
  onLine(line: string): void
}

/** Starts a command in the place of a task's container. */
export function startTask(
  [program, ...args]: string[],
  { folder, environment, port, onLine }: TaskProcess,
): RunningTask {
  const here = {
    cwd: folder,
    env: { ...environment, HOST: "127.0.0.1", ...(port === undefined ? {} : { PORT: String(port) }) },
  }
  const child = spawn(program!, args, {
    ...here,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C reaches the local cloud alone, which then stops its tasks in order.
    detached: true,
  })
  guard(child)
  for (const output of [child.stdout, child.stderr]) createInterface(output).on("line", onLine)
  const exited = new Promise<{ exitCode: number }>((resolve) => {
    child.once("error", (error) => {
      onLine(error.message)
      resolve({ exitCode: 127 })
    })
    child.once("close", (code, signal) => resolve({ exitCode: code ?? (signal === "SIGKILL" ? 137 : 143) }))
  })
  return {
    exited,
    address: port === undefined ? undefined : { host: "127.0.0.1", port },
    check: ([program, ...args], timeoutSeconds) =>
      new Promise((resolve) => {
        const options = { ...here, timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" as const }
        execFile(program!, args, options, (error) => resolve(error === null))
      }),
    async stop(timeoutSeconds) {
      await stopProcess(child, { timeoutSeconds, group: true })
      await exited
    },
  }
}
