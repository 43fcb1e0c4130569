import type { FilterLogEventsCommandInput } from "#aws/logs"
import { randomBytes } from "node:crypto"
import { messageOf } from "../platform/failure.ts"
import { searchLog } from "./ecs/logs.ts"
import { until } from "./poll.ts"
import { get } from "./request.ts"
import type { Target } from "./target.ts"

/**
 * Sends a request for a path of a service's with an id of its own, and looks for it in the service's log until it is there. Returns what is
 * wrong; nothing when the log has it.
 */
export async function trace(
  target: Target,
  service: string,
  { path, host }: { path: string; host?: string | undefined },
): Promise<string | undefined> {
  const { publicUrl, logGroups } = target.infrastructure
  const { attempts, intervalSeconds } = target.platform.verification
  const id = randomBytes(16).toString("hex")
  const startTime = target.clock.now() - 60_000
  try {
    const { status } = await get(target, path, { host, headers: { "X-Trace-ID": id } })
    if (status < 200 || status > 299) return `${publicUrl}${path} answers ${status}`
    const logGroupName = logGroups[service]!
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

/** Whether a search finds something. */
async function isLogged(target: Target, search: FilterLogEventsCommandInput): Promise<boolean> {
  for await (const events of searchLog(target, search)) if (events.length > 0) return true
  return false
}
