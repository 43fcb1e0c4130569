import { verify as verifyEnvironment } from "../delivery/verify.ts"
import { verificationSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination } from "./shared-options.ts"

export const verify = command({
  name: "verify",
  summary: "Prove that an environment serves what it says it runs; change nothing.",
  example: "verify --env staging",
  options: destination,
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target }) => verificationSummary(await verifyEnvironment(target, progress)),
      { start: false },
    ),
})
