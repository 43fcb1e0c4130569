import { deploy } from "../delivery/deploy.ts"
import { followTasks } from "../delivery/ecs/follow-tasks.ts"
import type { Progress } from "../platform/progress.ts"
import { deploySummary, placesToOpen } from "../report/summary.ts"
import { command } from "./command.ts"
import { openLocal, type LocalEnvironment } from "./environment.ts"
import { flag, number } from "./option.ts"
import { publishSample } from "./sample.ts"

const untilCtrlC = (keep: boolean): string =>
  `It serves until Ctrl-C; then its data is ${keep ? "kept" : "gone (--keep keeps it)"}. What ends by itself meanwhile is told here:`

const port = { to: 65535, noun: "a port" }

export const up = command({
  name: "up",
  summary: "Deploy the platform to this machine and keep it up until Ctrl-C.",
  options: {
    once: flag("End as soon as it is deployed"),
    keep: flag("Keep the data for the next time: accounts, entries and installations"),
    port: number("Port of the API's load balancer; default: 8004 where it is free", port),
    sitePort: number("Port of the website with the API; default: 19006 where it is free", port),
    noSite: flag("Leave the website out"),
  },
  run(runner, { once, keep, noSite, ...ports }, progress) {
    const opening = openLocal(runner, { ...ports, keep, site: !noSite, claim: true }, progress)
    return runner.hold(opening, async (environment, interrupted) => {
      const told = await bringUp(environment, progress)
      if (once) return `${told}\n\nIt has ended (--once).`
      await runner.announce(environment.endpoint, `${told}\n\n${untilCtrlC(keep)}`)
      await followTasks(environment.target, interrupted, runner.say)
      return ""
    })
  },
})

/** Deploys the platform with a sample to try it with, and returns what it is and where it is opened. */
export async function bringUp(
  { target, artifacts, echo, endpoint }: LocalEnvironment,
  progress: Progress,
): Promise<string> {
  const deployed = await deploy(target, await artifacts(), progress)
  const { platform, infrastructure } = target
  const account = echo ? await publishSample(platform, infrastructure.publicUrl, echo, progress) : undefined
  return `${deploySummary(deployed)}\n\n${placesToOpen(target, endpoint, account)}`
}
