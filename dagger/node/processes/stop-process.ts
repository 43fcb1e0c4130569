import type { ChildProcess } from "node:child_process"

/** Sends a signal and, when the process has not ended by then, SIGKILL after `timeoutSeconds`. Resolves when it has ended. */
export async function stopProcess(
  child: ChildProcess,
  { signal = "SIGTERM", timeoutSeconds }: { signal?: NodeJS.Signals; timeoutSeconds: number },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once("exit", resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutSeconds * 1000)
  await exited
  clearTimeout(timer)
}
