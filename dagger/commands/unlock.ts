import { unlock as removeLock } from "../delivery/lock/lock.ts"
import { unlockSummary } from "../report/status-summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination } from "./shared-options.ts"

export const unlock = command({
  name: "unlock",
  summary: "Remove the lock of a command that is gone; one that still runs stops at its next step.",
  example: "unlock --env staging",
  options: destination,
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target }) => unlockSummary(await removeLock(target)), {
      start: false,
    }),
})
