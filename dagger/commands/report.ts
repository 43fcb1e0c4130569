import { describeRecorded } from "../delivery/records/describe.ts"
import { reportHtml } from "../report/html.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { number } from "./option.ts"
import { destination } from "./shared-options.ts"

export const report = command({
  name: "report",
  summary: "Draw how a deploy went, also one that failed, as one HTML page: what changed, tasks by the second, causes.",
  example: "report --env staging > report.html",
  options: {
    ...destination,
    deployment: number("Recorded deployment to draw; default: the last attempt, recorded or not"),
  },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => reportHtml(target, await describeRecorded(target, options.deployment)),
      { start: false },
    ),
})
