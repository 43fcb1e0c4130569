import { followLogs, readLogs, type LogLine } from "../delivery/logs.ts"
import { selectServices } from "../platform/repository.ts"
import { logsJson, logsText } from "../report/log-lines.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { flag, number, oneOf, text } from "./option.ts"
import { destination, service } from "./shared-options.ts"

const formats = ["text", "json"] as const

export const logs = command({
  name: "logs",
  summary: "Show the services' log lines of all their tasks, or those of one request through all services.",
  example: "logs --env staging --service auth",
  options: {
    ...destination,
    service,
    trace: text("Trace ID of a request, which X-Trace-ID of its answer tells; default: all lines"),
    since: number("How many minutes to look back", { preset: 15 }),
    limit: number("Maximum number of lines to show, the latest", { preset: 1000 }),
    follow: flag("Go on with what comes, until Ctrl-C"),
    format: oneOf("How to print it: text for people, or a line of JSON each", formats, "text"),
  },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target, interrupted }) => {
        const services = selectServices(target.platform, options.service)
        const from = target.clock.now() - options.since * 60_000
        const search = { services, from, trace: options.trace, limit: options.limit }
        const shown = (lines: LogLine[]) => (options.format === "json" ? logsJson(lines) : logsText(lines, options))
        if (!options.follow) return shown(await readLogs(target, search))
        await followLogs(target, search, interrupted, (lines) => runner.say(shown(lines)))
        return ""
      },
      { start: false },
    ),
})
