import { counted } from "../../platform/counted.ts"
import type { Platform } from "../../platform/manifest.ts"
import type { Figures } from "./figures.ts"

/** Figures, and errors that a service has logged in the same time. */
export interface Observed extends Figures {
  /** Lines of level ERROR and above */
  errors: number
}

/** Fewer requests than these tell nothing of a share or of a percentile. */
const tellingRequests = 20

/** Fewer failed requests are told, and are no reason to put back what serves. */
const tellingFailures = 5

/** Seconds; less is not felt, however many times as long it is. */
const feltSlowdown = 0.25

/** Errors that are this many times as many as before, and this many more, are a reason. */
const moreErrors = { times: 3, count: 10 }

/**
 * What of a service is beyond a platform's limits, and was not before: a line each, with both figures. `former` is how what
 * it is compared with is called.
 */
export function breaches(before: Observed, now: Observed, limits: Platform["limits"], former = "before"): string[] {
  return [
    ...failedShare(before, now, limits, former),
    ...slowdown(before, now, limits, former),
    ...memory(before, now, limits, former),
    ...errors(before, now, former),
  ]
}

function failedShare(before: Observed, now: Observed, limits: Platform["limits"], former: string): string[] {
  const [was, is] = [shareOf(before), shareOf(now)]
  if (now.failed < tellingFailures || is <= limits.failedShare || is <= 2 * was) return []
  return [
    `${now.failed} of ${counted(now.requests, "request")} failed (${percent(is)}); ${former} ${before.failed} of ${before.requests} (${percent(was)}); the limit is ${percent(limits.failedShare)}`,
  ]
}

const shareOf = ({ failed, requests }: Figures): number => (failed === 0 ? 0 : failed / Math.max(failed, requests))

function slowdown(before: Observed, now: Observed, limits: Platform["limits"], former: string): string[] {
  if (now.p95 === undefined || now.requests < tellingRequests) return []
  const is = `95 of 100 requests took up to ${seconds(now.p95)}`
  const comparable = before.p95 !== undefined && before.requests >= tellingRequests
  if (!comparable) {
    return now.p95 > limits.p95Seconds
      ? [`${is}; nothing to compare with; the limit is ${seconds(limits.p95Seconds)}`]
      : []
  }
  const was = before.p95!
  const slower = now.p95 > limits.slowdown * was && now.p95 - was > feltSlowdown
  const tooSlow = now.p95 > limits.p95Seconds && was <= limits.p95Seconds
  if (!slower && !tooSlow) return []
  const limit = slower ? `${limits.slowdown} times as long` : seconds(limits.p95Seconds)
  return [`${is}; ${former} ${seconds(was)}; the limit is ${limit}`]
}

function memory(before: Observed, now: Observed, { memoryShare }: Platform["limits"], former: string): string[] {
  if (now.memory === undefined || now.memory <= memoryShare || (before.memory ?? 0) > memoryShare) return []
  const was = before.memory === undefined ? "" : `; ${former} ${percent(before.memory)}`
  return [`a task used ${percent(now.memory)} of its memory${was}; the limit is ${percent(memoryShare)}`]
}

function errors(before: Observed, now: Observed, former: string): string[] {
  const { times, count } = moreErrors
  if (now.errors <= times * before.errors || now.errors - before.errors < count) return []
  return [`${counted(now.errors, "error")} in its log; ${former} ${before.errors} in the same time`]
}

/** What was seen of a service that is within its limits, in one line. */
export const describeObserved = (observed: Observed): string =>
  `${describeFigures(observed)}, ${counted(observed.errors, "error")} logged`

export function describeFigures({ requests, failed, p95 }: Figures): string {
  const took = p95 === undefined ? "" : `, 95 of 100 within ${seconds(p95)}`
  return `${counted(requests, "request")}, ${failed} failed${took}`
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

const seconds = (value: number): string => `${value < 1 ? value.toFixed(3) : value.toFixed(2)} s`
