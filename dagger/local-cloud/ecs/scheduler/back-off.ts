import type { Deployment } from "../state.ts"

/**
 * AWS promises no more than "up to 15 minutes". Here the first failure costs nothing and the second a second, so that a
 * circuit breaker with the smallest threshold trips at once.
 */
const firstDelay = 1_000
const longestDelay = 15 * 60_000

/** Holds launches back after a task that stopped before it ran. One that ran and then ended never delays the next. */
export function backOff(deployment: Deployment, now: number): void {
  deployment.launchFailures += 1
  const doublings = deployment.launchFailures - 2
  deployment.launchAfter = doublings < 0 ? now : now + Math.min(longestDelay, firstDelay * 2 ** doublings)
}

export function endBackOff(deployment: Deployment): void {
  deployment.launchFailures = 0
  deployment.launchAfter = 0
}
