import { get } from "node:http"
import type { HealthCheck, ProbeResult } from "./health-check.ts"
import type { Address } from "./address.ts"

/** One health check as a load balancer makes it: a connection of its own, no redirect followed. */
export function probe({ host, port }: Address, check: HealthCheck): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const request = get({
      host,
      port,
      path: check.path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0" },
      signal: AbortSignal.timeout(check.timeoutSeconds * 1000),
    })
    request.on("response", (response) => {
      resolve({ kind: "answered", statusCode: response.statusCode ?? 0 })
      response.destroy()
    })
    request.on("error", (error) => resolve({ kind: error.name === "AbortError" ? "timed-out" : "failed" }))
  })
}
