import type { Clock } from "../../../src/local/rollouts/clock.ts"

/** A clock that stands still until it is moved. */
export function manualClock(start = Date.UTC(2027, 0, 1)): Clock & { pass(seconds: number): Promise<void> } {
  let now = start
  let timers: { time: number; callback: () => void }[] = []

  /** Promises that are settled by now run their course. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  return {
    now: () => now,
    at(time, callback) {
      const timer = { time, callback }
      timers.push(timer)
      return () => void (timers = timers.filter((one) => one !== timer))
    },
    async pass(seconds) {
      const end = now + seconds * 1000
      for (await settle(); ; await settle()) {
        const [next] = timers.filter(({ time }) => time <= end).toSorted((one, other) => one.time - other.time)
        if (!next) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.time)
        next.callback()
      }
      now = end
    },
  }
}
