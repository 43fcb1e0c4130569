import type { Service } from "../../platform/manifest.ts"
import { isRouted, type Routed } from "../../platform/service.ts"
import { get } from "../request.ts"
import type { Target } from "../target.ts"

/** What a client got that called a service all the while. */
export interface Tally {
  requests: number
  /** Answers of 500 and above, and requests without an answer */
  failed: number
}

/** Requests that are under way at once to a service that is called as its users do, and to any other */
const clients = { users: 6, health: 1 }
const pauseMilliseconds = { users: 50, health: 25 }

export interface Traffic {
  /** Waits until a service has been called so many times. */
  called(service: Service, times: number): Promise<void>
  /** Ends it, and returns each service's tally. */
  stop(): Promise<Map<string, Tally>>
}

/**
 * Calls every service through the load balancer until it is stopped. Its liveness is called, or of the services in `asUsers`
 * their sample, as what fails its users answers health. Nobody calls a worker.
 */
export function startTraffic(target: Target, asUsers: string[] = []): Traffic {
  const tallies = new Map<string, Tally>()
  let stopped = false
  const call = async ({ route }: Routed, tally: Tally, kind: "users" | "health"): Promise<void> => {
    const path = kind === "users" ? (route.sample ?? route.path) : route.health.live
    while (!stopped) {
      tally.requests++
      if (!(await answers(target, path, route.host))) tally.failed++
      await pause(pauseMilliseconds[kind])
    }
  }
  const calling = target.platform.services.flatMap((service) => {
    const tally = { requests: 0, failed: 0 }
    tallies.set(service.name, tally)
    if (!isRouted(service)) return []
    const kind = asUsers.includes(service.name) ? "users" : "health"
    return Array.from({ length: clients[kind] }, () => call(service, tally, kind))
  })
  return {
    async called({ name }, times) {
      while (tallies.get(name)!.requests < times) await pause(pauseMilliseconds.users)
    },
    async stop() {
      stopped = true
      await Promise.all(calling)
      return tallies
    },
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function answers(target: Target, path: string, host: string | undefined): Promise<boolean> {
  try {
    return (await get(target, path, { host })).status < 500
  } catch {
    return false
  }
}
