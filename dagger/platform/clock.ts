/** Time as the delivery sees it, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970 */
  now(): number
  sleep(milliseconds: number): Promise<void>
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
