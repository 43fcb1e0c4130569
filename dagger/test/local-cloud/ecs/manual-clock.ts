import type { Clock } from "../../../local-cloud/ecs/clock.ts"

export interface ManualClock extends Clock {
  /** Lets so much time pass, and all happen that is to happen in it */
  pass(seconds: number): Promise<void>
  /** Goes on to when the next thing is to happen, and lets it happen; does nothing when there is none */
  advance(): void
}

/** A clock that stands still until it is moved. */
export function manualClock(start = Date.UTC(2027, 0, 1)): ManualClock {
  let now = start
  let timers: { time: number; callback: () => void }[] = []

  /** Promises that are settled by now run their course. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  const earliest = (until: number) =>
    timers.filter(({ time }) => time <= until).toSorted((one, other) => one.time - other.time)[0]

  const ring = (timer: { time: number; callback: () => void }) => {
    timers = timers.filter((one) => one !== timer)
    now = Math.max(now, timer.time)
    timer.callback()
  }

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
        const next = earliest(end)
        if (!next) break
        ring(next)
      }
      now = end
    },
    advance() {
      const next = earliest(Infinity)
      if (next) ring(next)
    },
  }
}
