import { history as readHistory } from "../delivery/records/history.ts"
import { historySummary } from "../report/status-summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { number } from "./option.ts"
import { destination } from "./shared-options.ts"

export const history = command({
  name: "history",
  summary: "Show the recorded deployments and what each changed, the newest first.",
  example: "history --env staging",
  options: { ...destination, limit: number("Maximum number to show", { preset: 20 }) },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => historySummary(await readHistory(target, options.limit)),
      { start: false },
    ),
})
