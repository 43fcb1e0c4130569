import { messageOf } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"

/** Something that serves differently from now on. */
interface Change {
  /** How it is left where it may not be put back, a line each */
  left: string[]
  /** Puts it back and proves it. Returns what is still wrong, a line each */
  putBack(): Promise<string[]>
  /** What is proven once nothing is wrong, in words */
  proof?: string
}

/** What undoes a list of steps, should a later one fail. A step says it before it changes something, or as it does. */
export interface Undo {
  /** Something was prepared that serves nobody yet. Where it cannot be withdrawn, it stays, does no harm, and is told as `stays`. */
  withdraw(subject: string, stays: string, prepared: () => Promise<unknown>): void
  restore(change: Change): void
  /** Says what stays as it is now, whatever is put back. */
  remains(line: string): void
}

/** What has been changed so far, and what stays; `run` undoes it, the last first, and returns what is still wrong. */
export function undoStack(progress: Progress) {
  const changes: Change[] = []
  const stack: (() => Promise<void>)[] = []
  const stillWrong: string[] = []
  const remaining: string[] = []
  const undo: Undo = {
    withdraw(subject, stays, prepared) {
      stack.push(async () => {
        // What could not be restored needs what it was made of.
        if (stillWrong.length > 0) return
        await prepared().catch((error) => progress.line(subject, `${stays}: ${messageOf(error)}`))
      })
    },
    remains: (line) => void remaining.push(line),
    restore(change) {
      changes.push(change)
      stack.push(async () => {
        stillWrong.push(...(await change.putBack().catch((error) => [messageOf(error)])))
      })
    },
  }
  const run = async (): Promise<string[]> => {
    for (const undoOne of stack.toReversed()) await undoOne()
    return stillWrong
  }
  return { undo, changes, remaining, run }
}
