import type { Breakage } from "../delivery/rollback-verify/breakage.ts"

const breaker = /^the breaker, at 3 of 3$/

/** How each breakage of a service with smoke tests is noticed on this machine. */
export const noticedAs: Record<Breakage, RegExp> = {
  crash: breaker,
  unhealthy: breaker,
  "missing-image": breaker,
  "wrong-version": /^the verification of its version$/,
  errors: /^its smoke tests$/,
  slow: /^95 of 100 requests took up to [3-5]\.\d+ s; before 0\.\d+ s; the limit is 3 times as long$/,
  leak: /^task \w{8}… exited with 137 after \d+ s: OutOfMemoryError/,
}
