import { deploySiteAlone } from "../delivery/deploy-site.ts"
import { siteSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { destination } from "./shared-options.ts"

export const deploySite = command({
  name: "deploy-site",
  summary: "Deploy the website alone.",
  example: "deploy-site --env staging",
  options: destination,
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target, artifacts }) =>
      siteSummary(await deploySiteAlone(target, await artifacts(), progress)),
    ),
})
