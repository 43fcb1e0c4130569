import type { Clock } from "../platform/clock.ts"
import type { Target } from "./target.ts"

/** How often to look, and how often or how long at most; without a limit, until it is done. */
export interface Pace {
  everySeconds: number
  attempts?: number
  forSeconds?: number
}

/**
 * Looks at something again and again until it is what is waited for, or the pace's limit is reached. Returns what was seen
 * last: whoever waits judges whether that is enough.
 */
export async function until<T>(
  clock: Clock,
  { everySeconds, attempts = Infinity, forSeconds = Infinity }: Pace,
  look: () => Promise<T>,
  done: (seen: T) => boolean,
): Promise<T> {
  const deadline = clock.now() + forSeconds * 1000
  for (let attempt = 1; ; attempt++) {
    const seen = await look()
    if (done(seen) || attempt >= attempts || clock.now() >= deadline) return seen
    await clock.sleep(everySeconds * 1000)
  }
}

/** Looks again and again, with a pause between, until `ended`. */
export async function repeat(
  { clock, pollSeconds }: Pick<Target, "clock" | "pollSeconds">,
  ended: Promise<void>,
  look: () => Promise<void>,
): Promise<void> {
  let goesOn = true
  void ended.then(() => (goesOn = false))
  while (goesOn) {
    await look()
    await Promise.race([clock.sleep(pollSeconds * 1000), ended])
  }
}
