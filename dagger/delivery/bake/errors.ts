import pMap from "p-map"
import type { Service } from "../../platform/manifest.ts"
import { servicesAtATime } from "../concurrency.ts"
import { isMissing, searchLog } from "../ecs/logs.ts"
import type { Target } from "../target.ts"
import type { Span } from "./figures.ts"

/** Lines that are JSON with such a level, as the services write them. An emulator may hand over others, too. */
const pattern = '{ ($.level = "ERROR") || ($.level = "CRITICAL") || ($.level = "FATAL") }'
const isError = /"level": ?"(ERROR|CRITICAL|FATAL)"/

/** How many lines of level ERROR and above each service has logged in a span of time. */
export async function countErrors(
  target: Target,
  services: Service[],
  { from, to }: Span,
): Promise<Map<string, number>> {
  const counts = await pMap(
    services,
    async ({ name }) => {
      const logGroupName = target.infrastructure.logGroups[name]!
      const search = { logGroupName, startTime: from, endTime: to, filterPattern: pattern }
      let count = 0
      try {
        for await (const events of searchLog(target, search))
          count += events.filter(({ message = "" }) => isError.test(message)).length
      } catch (error) {
        // A group that is not there has no lines.
        if (!isMissing(error)) throw error
      }
      return [name, count] as const
    },
    servicesAtATime,
  )
  return new Map(counts)
}
