import { Failure } from "./failure.ts"

/** Time as the delivery sees it, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970 */
  now(): number
  /** Throws a Failure where the command is interrupted meanwhile */
  sleep(milliseconds: number): Promise<void>
  /** Lets what follows an interruption wait as usual: what was changed is put back */
  resume?(): void
}

/** A clock that rings, too. */
export interface AlarmClock extends Clock {
  /** Calls back once, so many milliseconds from now. Call what it returns to be left alone. */
  after(milliseconds: number, callback: () => void): () => void
}

export const systemClock: AlarmClock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** A clock on which nobody waits any longer once the command is interrupted, until it is resumed. */
export function interruptible(clock: AlarmClock, interrupted: Promise<void>): AlarmClock {
  let resumed = false
  const ended = interrupted.then(() => {
    throw new Failure("refused", "the command was interrupted.")
  })
  ended.catch(() => undefined) // nobody may be waiting
  return {
    ...clock,
    sleep: (milliseconds) => (resumed ? clock.sleep(milliseconds) : Promise.race([clock.sleep(milliseconds), ended])),
    resume: () => void (resumed = true),
  }
}
