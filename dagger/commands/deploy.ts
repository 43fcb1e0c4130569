import { deploy as deployPlatform } from "../delivery/deploy.ts"
import { chooseArtifacts } from "../delivery/records/promotion.ts"
import { deployJson } from "../report/json.ts"
import { deploySummary } from "../report/summary.ts"
import { secretsToRotate } from "../delivery/secrets/plan.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { text } from "./option.ts"
import { allowDestructive, allowOlder, destination, format, rotate, version } from "./shared-options.ts"

export const deploy = command({
  name: "deploy",
  summary:
    "Deploy the platform: publish, migrate, roll out side by side, verify, website; restore what ran if a step fails.",
  example: "deploy --env staging",
  options: {
    ...destination,
    version,
    approve: text("ID of the plan to carry out; the deploy is refused if the plan has changed"),
    allowDestructive,
    allowOlder,
    rotate,
    format,
  },
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target, artifacts, own }) => {
      const rotated = { ...(await artifacts()), rotate: secretsToRotate(target, options.rotate) }
      const chosen = await chooseArtifacts(target, rotated, options.version)
      const deployment = await deployPlatform(target, chosen, progress, options)
      if (options.format === "json") return deployJson(deployment)
      const summary = deploySummary(deployment)
      const { number } = deployment
      const drawn = `${runner.invocation} report --env ${options.env} --deployment ${number} > report.html`
      if (!own) return number === undefined ? summary : `${summary}\n\nHow it went, drawn: ${drawn}`
      return `${summary}\n\nThis platform ran for this command only and has been stopped. To keep one up and deploy to it: ${runner.keepUp}`
    }),
})
