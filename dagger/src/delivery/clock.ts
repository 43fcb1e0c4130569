/** Time as the delivery sees it, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970 */
  now(): number
  sleep(milliseconds: number): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}
