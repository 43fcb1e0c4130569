import { runJob } from "../delivery/run-job.ts"
import { short } from "../platform/version.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { text } from "./option.ts"
import { destination } from "./shared-options.ts"

export const run = command({
  name: "run",
  summary: "Run a job as it was deployed, show its log, and wait for its end; fails where the job does.",
  example: "run --env staging --job report",
  options: { ...destination, job: text("Job of platform.json") },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => {
        const version = await runJob(target, options.job, progress)
        return `${options.job} of version ${short(version)} succeeded in ${target.environment}.`
      },
      { start: false },
    ),
})
