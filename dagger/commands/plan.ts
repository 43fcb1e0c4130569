import { plan as planDeployment } from "../delivery/plan/plan.ts"
import { chooseArtifacts } from "../delivery/records/promotion.ts"
import { planJson } from "../report/json.ts"
import { planSummary } from "../report/plan-summary.ts"
import { secretsToRotate } from "../delivery/secrets/plan.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination, format, rotate, version } from "./shared-options.ts"

export const plan = command({
  name: "plan",
  summary: "Show what a deploy would change, as Markdown, and the ID to approve it by; change nothing.",
  example: "plan --env production --version staging-12",
  options: { ...destination, version, rotate, format },
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target, artifacts }) => {
      const rotated = { ...(await artifacts()), rotate: secretsToRotate(target, options.rotate) }
      const chosen = await chooseArtifacts(target, rotated, options.version)
      const planned = await planDeployment(target, chosen, progress)
      return options.format === "json" ? planJson(planned) : planSummary(planned, runner.invocation)
    }),
})
