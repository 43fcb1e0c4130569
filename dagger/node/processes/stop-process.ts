import type { ChildProcess } from "node:child_process"

/**
 * Sends a signal and, when the process has not ended by then, SIGKILL after `timeoutSeconds`. Resolves when it has ended. A
 * process that leads a `group` may have been started by a wrapper, such as `go run`, which hands no signal on.
 */
export async function stopProcess(
  child: ChildProcess,
  {
    signal = "SIGTERM",
    timeoutSeconds,
    group = false,
  }: { signal?: NodeJS.Signals; timeoutSeconds: number; group?: boolean },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once("exit", resolve))
  const send = (signal: NodeJS.Signals) => {
    if (!group || child.pid === undefined) return void child.kill(signal)
    try {
      process.kill(-child.pid, signal)
    } catch {
      child.kill(signal)
    }
  }
  send(signal)
  const timer = setTimeout(() => send("SIGKILL"), timeoutSeconds * 1000)
  await exited
  clearTimeout(timer)
}
