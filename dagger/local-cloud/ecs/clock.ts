/** The time, and one way to be called back at a later one. Tests hand in a clock that they move. */
export interface Clock {
  /** Milliseconds since the epoch */
  now(): number
  /** Calls back once, at `time` or as soon after it as possible. Call what it returns to be left alone. */
  at(time: number, callback: () => void): () => void
}

/** Node's timers hold at most this many milliseconds; a longer wait is divided. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  at(time, callback) {
    let timer: NodeJS.Timeout
    const wait = () => {
      const left = Math.max(0, time - Date.now())
      timer = left > longestTimer ? setTimeout(wait, longestTimer) : setTimeout(callback, left)
    }
    wait()
    return () => clearTimeout(timer)
  },
}
