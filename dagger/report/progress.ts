import { styleText } from "node:util"
import type { Progress } from "../platform/progress.ts"

type State = "working" | "done" | "failed" | "restored"

const marks: Record<State, string> = {
  working: styleText("cyan", "…", { stream: process.stderr }),
  done: styleText("green", "✔", { stream: process.stderr }),
  failed: styleText("red", "✖", { stream: process.stderr }),
  restored: styleText("yellow", "↩", { stream: process.stderr }),
}

const dim = (text: string): string => styleText("dim", text, { stream: process.stderr })

/** A report that ends: `close`, once or more often, leaves its last lines on the screen. */
export interface OpenProgress extends Progress {
  close(): void
}

/** For a terminal: a line per subject, which changes in place, below the lines that are kept. */
export async function terminalProgress(): Promise<OpenProgress> {
  const { logUpdateStderr: logUpdate } = await import("log-update")
  const subjects = new Map<string, { state: State; text: string; since: number }>()

  const draw = () => {
    const width = Math.max(...[...subjects.keys()].map((name) => name.length))
    const lines = [...subjects].map(([name, { state, text, since }]) => {
      const seconds = state === "working" ? dim(` ${Math.round((Date.now() - since) / 1000)} s`) : ""
      return `${marks[state]} ${name.padEnd(width)}  ${text}${seconds}`
    })
    if (lines.length > 0) logUpdate(lines.join("\n"))
  }
  const failed = new Set<string>()
  /** When the step began that a subject is in: its timer tells of that alone */
  let stepBegan = 0
  const change = (wanted: State) => (subject: string, text: string) => {
    if (wanted === "failed") failed.add(subject)
    // What failed, and is as it was before, is not what was wanted.
    const state = wanted === "done" && failed.has(subject) ? "restored" : wanted
    subjects.set(subject, { state, text, since: Math.max(stepBegan, subjects.get(subject)?.since ?? Date.now()) })
    draw()
  }
  const ticking = setInterval(draw, 1000)
  return {
    status: change("working"),
    done: change("done"),
    failed: change("failed"),
    within(_, work) {
      stepBegan = Date.now()
      return work()
    },
    line(subject, text) {
      logUpdate.persist(`  ${dim(`${subject} │`)} ${text}`)
      draw()
    },
    close() {
      clearInterval(ticking)
      logUpdate.done()
    },
  }
}

/** For a log: a plain line for everything that is new, with the seconds since the start. */
export function plainProgress(write: (line: string) => void): Progress {
  const started = Date.now()
  const last = new Map<string, string>()
  const print = (subject: string, text: string) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6)
    write(`${seconds} s  ${subject}: ${text}`)
  }
  const change = (subject: string, text: string) => {
    if (last.get(subject) === text) return
    last.set(subject, text)
    print(subject, text)
  }
  return { status: change, done: change, failed: change, line: print }
}

/** In milliseconds; who follows a log is not left without a word for longer */
const longestSilence = 5000

/** For a log that somebody follows: a plain line for everything new, and while nothing is, what is being waited for. */
export function logProgress(write: (line: string) => void): OpenProgress {
  let last = Date.now()
  const working = new Map<string, { text: string; since: number }>()
  const plain = plainProgress((line) => {
    last = Date.now()
    write(line)
  })
  const ticking = setInterval(() => {
    if (Date.now() - last < longestSilence) return
    for (const [subject, { text, since }] of working)
      plain.line(subject, `${text} (${Math.round((Date.now() - since) / 1000)} s)`)
  }, 500)
  ticking.unref()
  const end = (tell: Progress["done"]) => (subject: string, text: string) => {
    working.delete(subject)
    tell(subject, text)
  }
  return {
    ...plain,
    status(subject, text) {
      const { since = Date.now() } = working.get(subject)?.text === text ? working.get(subject)! : {}
      working.set(subject, { text, since })
      plain.status(subject, text)
    },
    done: end(plain.done),
    failed: end(plain.failed),
    close: () => clearInterval(ticking),
  }
}
