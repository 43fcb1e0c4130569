import type { FilterLogEventsRequest } from "#aws/logs"
import { randomBytes } from "node:crypto"
import { messageOf } from "../platform/failure.ts"
import type { Service } from "../platform/manifest.ts"
import { until } from "./poll.ts"
import type { Target } from "./target.ts"

/** Bounds the request, in milliseconds. */
const requestTimeout = 5000

/**
 * Sends a service a request with an id of its own, and looks for it in the service's log until it is there. Returns what is
 * wrong; nothing when the log has it.
 */
export async function trace(target: Target, service: Service): Promise<string | undefined> {
  const { publicUrl, logGroups } = target.infrastructure
  const { attempts, intervalSeconds } = target.platform.verification
  const id = randomBytes(16).toString("hex")
  const startTime = target.clock.now() - 60_000
  // Not a health route, whose requests are not logged.
  const url = `${publicUrl}${service.path}/openapi.json`
  try {
    const response = await fetch(url, { headers: { "X-Trace-ID": id }, signal: AbortSignal.timeout(requestTimeout) })
    await response.arrayBuffer()
    if (!response.ok) return `${url} answers ${response.status}`
    const logGroupName = logGroups[service.name]!
    const found = await until(
      target.clock,
      { everySeconds: intervalSeconds, attempts },
      () => isLogged(target, { logGroupName, filterPattern: `"${id}"`, startTime }),
      (logged) => logged,
    )
    if (found) return undefined
    return `a request with X-Trace-ID ${id} is not in ${logGroupName} (${attempts} looks, ${intervalSeconds} s apart)`
  } catch (error) {
    return messageOf(error)
  }
}

/** Whether a search finds something. AWS answers with a page for each part of a log that it has searched, most of them empty. */
async function isLogged(target: Target, search: FilterLogEventsRequest): Promise<boolean> {
  const { paginateFilterLogEvents } = await import("#aws/logs")
  for await (const { events = [] } of paginateFilterLogEvents({ client: await target.aws.logs() }, search))
    if (events.length > 0) return true
  return false
}
