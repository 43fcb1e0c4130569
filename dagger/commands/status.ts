import { status as readStatus } from "../delivery/status.ts"
import { statusJson } from "../report/json.ts"
import { statusSummary } from "../report/status-summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination, format } from "./shared-options.ts"

export const status = command({
  name: "status",
  summary: "Show what runs, since when, from which commit, by whom, and who holds the lock.",
  example: "status --env staging",
  options: { ...destination, format },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => {
        const found = await readStatus(target)
        return options.format === "json" ? statusJson(found) : statusSummary(found)
      },
      { start: false },
    ),
})
