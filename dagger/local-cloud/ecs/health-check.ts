/** How a target group checks its targets and lets them go: the settings of ELBv2 that matter here. */
export interface HealthCheck {
  path: string
  intervalSeconds: number
  timeoutSeconds: number
  healthyThreshold: number
  unhealthyThreshold: number
  /** The codes that count as healthy: `200`, `200,202` or `200-299` */
  matcher: string
  deregistrationDelaySeconds: number
}

/** What one request to a target came to. */
export type ProbeResult = { kind: "answered"; statusCode: number } | { kind: "timed-out" } | { kind: "failed" }

export function passes(result: ProbeResult, matcher: string): boolean {
  return result.kind === "answered" && matches(matcher, result.statusCode)
}

function matches(matcher: string, statusCode: number): boolean {
  return matcher.split(",").some((range) => {
    const [first = NaN, last = first] = range.split("-").map(Number)
    return first <= statusCode && statusCode <= last
  })
}
