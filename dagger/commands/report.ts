import { describeRecorded } from "../delivery/records/describe.ts"
import { reportHtml } from "../report/html.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { number } from "./option.ts"
import { destination } from "./shared-options.ts"

export const report = command({
  name: "report",
  summary: "Draw a recorded deployment as one HTML page: what changed, when, by whom, and how long each step took.",
  example: "report --env staging > report.html",
  options: { ...destination, deployment: number("Deployment to draw; default: the last") },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => reportHtml(target, await describeRecorded(target, options.deployment)),
      { start: false },
    ),
})
