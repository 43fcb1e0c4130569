import { breakages } from "../delivery/rollback-verify/breakage.ts"
import { refuseProduction, rollbackVerify as verifyRollback } from "../delivery/rollback-verify/rollback-verify.ts"
import type { EnvironmentName } from "../platform/manifest.ts"
import { trialSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { oneOf, type Option } from "./option.ts"
import { destination } from "./shared-options.ts"

const service: Option<string> = { kind: "text", help: "Service to break", default: "catalog" }

export const rollbackVerify = command({
  name: "rollback-verify",
  summary: "Break a service on purpose and prove that the platform rolls back, unnoticed; refuses production.",
  example: "rollback-verify --env staging --breakage crash",
  options: {
    ...destination,
    service,
    breakage: oneOf("How to break it; default: in every way on local, crash elsewhere", breakages),
  },
  async run(runner, options, progress) {
    refuseProduction(options.env as EnvironmentName)
    return withEnvironment(runner, options, progress, async ({ target, artifacts }) =>
      trialSummary(await verifyRollback(target, artifacts, options, progress)),
    )
  },
})
