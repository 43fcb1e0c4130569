import pMap from "p-map"
import { messageOf, refused } from "../platform/failure.ts"
import type { Service } from "../platform/manifest.ts"
import { servicesAtATime } from "./concurrency.ts"
import { searchLog } from "./ecs/logs.ts"
import { repeat } from "./poll.ts"
import type { Target } from "./target.ts"

/** A line of a service's log. */
export interface LogLine {
  /** Of CloudWatch's event */
  id?: string | undefined
  service: string
  /** Milliseconds since 1970 */
  at: number
  /** JSON, as the services write it, or whatever a process has said */
  text: string
}

export interface LogSearch {
  services: Service[]
  /** Milliseconds since 1970 */
  from: number
  /** Of one request, through all services */
  trace?: string | undefined
  /** The latest so many */
  limit: number
}

/** Lines of the services' logs, of all their tasks, the oldest first. Refuses where they cannot be read. */
export async function readLogs(target: Target, { services, from, trace, limit }: LogSearch): Promise<LogLine[]> {
  const linesOf = async ({ name }: Service): Promise<LogLine[]> => {
    const logGroupName = target.infrastructure.logGroups[name]!
    const search = { logGroupName, startTime: from, ...(trace && { filterPattern: `"${trace}"` }) }
    const lines: LogLine[] = []
    try {
      for await (const events of searchLog(target, search)) {
        for (const { eventId: id, timestamp, message = "" } of events)
          lines.push({ id, service: name, at: timestamp!, text: message.trimEnd() })
        if (lines.length > 2 * limit) lines.splice(0, lines.length - limit)
      }
    } catch (error) {
      throw refused(
        `the log ${logGroupName} could not be read: ${messageOf(error)}`,
        "Check the credentials (logs:FilterLogEvents).",
      )
    }
    return lines
  }
  const all = (await pMap(services, linesOf, servicesAtATime)).flat()
  return all.toSorted((one, other) => one.at - other.at).slice(-limit)
}

/** Seconds for which a line may turn up after a later one: each task hands its lines over by itself */
const lateSeconds = 15

/** Tells lines as they come, until `ended`; each once, those of one look in their order. Refuses where they cannot be read. */
export async function followLogs(
  target: Target,
  search: LogSearch,
  ended: Promise<void>,
  tell: (lines: LogLine[]) => void,
): Promise<void> {
  const told = new Map<string, number>()
  let { from } = search
  await repeat(target, ended, async () => {
    const lines = await readLogs(target, { ...search, from })
    const fresh = lines.filter((line) => !told.has(keyOf(line)))
    if (fresh.length > 0) tell(fresh)
    for (const line of fresh) told.set(keyOf(line), line.at)
    from = Math.max(from, (lines.at(-1)?.at ?? from) - lateSeconds * 1000)
    for (const [key, at] of told) if (at < from) told.delete(key)
  })
}

const keyOf = ({ id, service, at, text }: LogLine): string => `${service} ${id ?? ""} ${at} ${text}`
