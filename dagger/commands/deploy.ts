import { deploy as deployPlatform } from "../delivery/deploy.ts"
import { chooseArtifacts } from "../delivery/records/promotion.ts"
import { deploySummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { text } from "./option.ts"
import { allowDestructive, allowOlder, destination, version } from "./shared-options.ts"

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
  },
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target, artifacts, own }) => {
      const chosen = await chooseArtifacts(target, await artifacts(), options.version)
      const summary = deploySummary(await deployPlatform(target, chosen, progress, options))
      if (!own) return summary
      return `${summary}\n\nThis platform ran for this command only and has been stopped. To keep one up and deploy to it: ${runner.keepUp}`
    }),
})
