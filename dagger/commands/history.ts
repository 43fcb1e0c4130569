import { history as readHistory } from "../delivery/records/history.ts"
import { historyJson } from "../report/json.ts"
import { historySummary } from "../report/status-summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { number } from "./option.ts"
import { destination, format } from "./shared-options.ts"

export const history = command({
  name: "history",
  summary: "Show the recorded deployments and what each changed, the newest first.",
  example: "history --env staging",
  options: { ...destination, limit: number("Maximum number to show", { preset: 20 }), format },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => {
        const found = await readHistory(target, options.limit)
        return options.format === "json" ? historyJson(found) : historySummary(found)
      },
      { start: false },
    ),
})
