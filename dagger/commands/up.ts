import { deploy } from "../delivery/deploy.ts"
import { followTasks } from "../delivery/ecs/follow-tasks.ts"
import { messageOf } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { plainProgress } from "../report/progress.ts"
import { deploySummary, placesToOpen } from "../report/summary.ts"
import { command } from "./command.ts"
import { openLocal, type LocalEnvironment } from "./environment.ts"
import { flag, number } from "./option.ts"
import { publishSample } from "./sample.ts"

const untilCtrlC = (keep: boolean): string =>
  `It serves until Ctrl-C; then its data is ${keep ? "kept" : "gone (--keep keeps it)"}. What ends by itself meanwhile is told here:`

const siteFollows = "Website    is being built, and is told below once it opens"

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
      if (once) return `${await bringUp(environment, progress)}\n\nIt has ended (--once).`
      const told = await bringUp(withoutSite(environment), progress)
      const coming = environment.target.infrastructure.site ? `\n${siteFollows}` : ""
      await runner.announce(environment.endpoint, `${told}${coming}\n\n${untilCtrlC(keep)}`)
      let ended = false
      void interrupted.then(() => (ended = true))
      const say = (text: string) => void (ended || runner.say(text))
      await Promise.all([bringUpSite(environment, say), followTasks(environment.target, interrupted, say)])
      return ""
    })
  },
})

const withoutSite = (environment: LocalEnvironment): LocalEnvironment => {
  const { target } = environment
  return { ...environment, target: { ...target, infrastructure: { ...target.infrastructure, site: undefined } } }
}

/** The API serves before the website is built, which takes longer, and goes on serving where that fails. */
async function bringUpSite({ target, artifacts }: LocalEnvironment, say: (text: string) => void): Promise<void> {
  const { site } = target.infrastructure
  if (!site) return
  try {
    await deploy(target, await artifacts(), ofSite(plainProgress(say)))
    say(`\nOpen       ${site.url}`)
  } catch (error) {
    say(`\nThe website is not there; the API goes on serving. ${messageOf(error)}`)
  }
}

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

/** Nothing else changes meanwhile that the table above has not told. */
function ofSite({ status, done, failed, line }: Progress): Progress {
  const only =
    (tell: Progress["line"]): Progress["line"] =>
    (subject, text) =>
      subject === "site" ? tell(subject, text) : undefined
  return { status: only(status), done: only(done), failed: only(failed), line: only(line) }
}
