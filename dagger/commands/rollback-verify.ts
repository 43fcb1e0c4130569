import { breakages } from "../delivery/rollback-verify/breakage.ts"
import { refuseTrial, rollbackVerify as verifyRollback } from "../delivery/rollback-verify/rollback-verify.ts"
import { trialSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { oneOf, text } from "./option.ts"
import { destination } from "./shared-options.ts"

export const rollbackVerify = command({
  name: "rollback-verify",
  summary:
    "Break a service on purpose and prove that the platform rolls back, unnoticed; not where an approval is needed.",
  example: "rollback-verify --env staging --breakage crash",
  options: {
    ...destination,
    service: text("Service to break; default: the first that does not migrate the database"),
    breakage: oneOf("How to break it; default: in every way on local, crash elsewhere", breakages),
  },
  async run(runner, options, progress) {
    refuseTrial((await runner.repository()).platform, options.env)
    return withEnvironment(runner, options, progress, async ({ target, artifacts }) =>
      trialSummary(await verifyRollback(target, await artifacts(), options, progress)),
    )
  },
})
