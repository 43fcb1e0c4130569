import type { Service } from "../../platform/manifest.ts"
import type { Target } from "../target.ts"

/** What a client got that called a service all the while. */
export interface Tally {
  requests: number
  /** Answers of 500 and above, and requests without an answer */
  failed: number
}

const pauseMilliseconds = 25
const requestTimeout = 5000

/**
 * Calls every service through the load balancer until it is stopped; the stop returns each service's tally. Its liveness is
 * called, or of the services in `asUsers` their documentation, as what fails its users answers health.
 */
export function startTraffic(target: Target, asUsers: string[] = []): () => Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>()
  let stopped = false
  const call = async (service: Service): Promise<void> => {
    const tally = { requests: 0, failed: 0 }
    tallies.set(service.name, tally)
    const route = asUsers.includes(service.name) ? "docs" : "health/live"
    const url = `${target.infrastructure.publicUrl}${service.path}/${route}`
    while (!stopped) {
      tally.requests++
      if (!(await answers(url))) tally.failed++
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
    }
  }
  const clients = target.platform.services.map(call)
  return async () => {
    stopped = true
    await Promise.all(clients)
    return tallies
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeout) })
    await response.arrayBuffer()
    return response.status < 500
  } catch {
    return false
  }
}
