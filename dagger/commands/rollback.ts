import { rollback as rollbackEnvironment } from "../delivery/rollback.ts"
import { rollbackSummary } from "../report/status-summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { number } from "./option.ts"
import { destination } from "./shared-options.ts"

export const rollback = command({
  name: "rollback",
  summary: "Return to a recorded deployment: services, secrets and website, verified; the database stays as it is.",
  example: "rollback --env staging --to 12",
  options: { ...destination, to: number("Number of the deployment; default: the one before the current") },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => rollbackSummary(await rollbackEnvironment(target, options.to, progress)),
      { start: false },
    ),
})
