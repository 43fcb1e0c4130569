import { verify as verifyEnvironment } from "../delivery/verify.ts"
import { verifyJson } from "../report/json.ts"
import { verificationSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination, format } from "./shared-options.ts"

export const verify = command({
  name: "verify",
  summary: "Prove that an environment serves what it says it runs; change nothing.",
  example: "verify --env staging",
  options: { ...destination, format },
  run: (runner, options, progress) =>
    withEnvironment(
      runner,
      options,
      progress,
      async ({ target, smoke }) => {
        const found = await verifyEnvironment(target, progress, smoke)
        return options.format === "json" ? verifyJson(found) : verificationSummary(found)
      },
      { start: false },
    ),
})
