import { setTimeout } from "node:timers/promises"
import type { Closable } from "../commands/runner.ts"
import { fitTables } from "../report/terminal-tables.ts"
import { logProgress, terminalProgress, type OpenProgress } from "../report/progress.ts"

const putBackHint = "What was changed is put back, and the lock given back. Ctrl-C again leaves both as they are."

/** Code of a process that Ctrl-C ended: 128 + SIGINT. */
const interruptedExitCode = 130

/**
 * Uses what is being opened and closes it, however the use ends. Ctrl-C ends the use of what is our own, and the process with it;
 * of what stays, the use is told, and ends by itself: it puts back what it has changed.
 */
export async function hold<T extends Closable, R>(
  opening: Promise<T>,
  use: (opened: T, interrupted: Promise<void>) => Promise<R>,
): Promise<R> {
  let signalled = 0
  const { promise: interrupted, resolve } = Promise.withResolvers<void>()
  const interrupt = () => {
    // Whoever asks twice does not want to wait; npm and the terminal may both hand on one Ctrl-C.
    if (signalled && Date.now() - signalled > 1000) process.exit(interruptedExitCode)
    signalled ||= Date.now()
    resolve()
  }
  const using = Promise.withResolvers<void>()
  const leaving = interrupted.then(async () => {
    console.error("\nstopping …")
    const opened = await opening.catch(() => undefined)
    if (opened && !opened.own) {
      // A command that only looks ends at once, and has changed nothing.
      const ended = await Promise.race([using.promise.then(() => true), setTimeout(500, false)])
      if (!ended) console.error(putBackHint)
      return
    }
    await opened?.close()
    process.exit(interruptedExitCode)
  })
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  for (const signal of signals) process.on(signal, interrupt)
  try {
    const opened = await opening
    try {
      return await use(opened, interrupted)
    } finally {
      using.resolve()
      if (!signalled || !opened.own) await opened.close()
    }
  } finally {
    if (signalled) await leaving
    for (const signal of signals) process.off(signal, interrupt)
  }
}

/** Tables that fit the terminal; where there is none, or Markdown is asked for, they stay what they are. */
export const forTerminal = (printed: string, format: unknown = "text"): string =>
  process.stdout.isTTY && format === "text" ? fitTables(printed, process.stdout.columns || 80) : printed

/** Shows progress on a terminal in place, in a log as plain lines; on stderr, so that stdout holds the result alone. */
export async function withProgress<T>(use: (progress: OpenProgress) => Promise<T>): Promise<T> {
  const progress = process.stderr.isTTY ? await terminalProgress() : logProgress((line) => console.error(line))
  try {
    return await use(progress)
  } finally {
    progress.close()
  }
}
