import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { readTargets } from "../../delivery/ecs/target-groups.ts"
import { isRouted } from "../../platform/service.ts"
import { family } from "../node/processes.ts"
import { sendHostile, startSlow } from "./hostile.ts"
import type { OpenPlatform } from "./platform.ts"
import { percentile, percentiles, startRequests, sumOf } from "./requests.ts"

/** Hostile requests of all, to each service alike, and how many a second */
const [requests, perSecond] = [10_000, 200]
/** Of each service at the same time */
const slowClients = 50
/** In milliseconds, of 99 of 100 */
const longestHealth = 100
/** That a service may have more of when it is over, in MiB */
const mostMemory = 32

/** What hostile requests and slow clients did to the services, each asked directly; a problem for each thing that should not be. */
export async function besiege({ target }: OpenPlatform): Promise<{ rows: string[][]; problems: string[] }> {
  const services = await Promise.all(
    target.platform.services.filter(isRouted).map(async ({ name, route }) => {
      const targets = await readTargets(target, name)
      const port = targets.find(({ TargetHealth }) => TargetHealth?.State === "healthy")!.Target!.Port!
      return { name, port, path: route.path, live: route.health.live, before: await resident(port) }
    }),
  )
  const health = startRequests(
    services.map(({ name, port, live }) => ({ name, url: `http://127.0.0.1:${port}${live}`, perSecond: 10 })),
  )
  await sleep(5_000)
  health.begin("during")
  const stopSlow = services.map(({ port }) => startSlow(port, slowClients))
  const broken = await Promise.all(
    services.map(({ name, port, path }) =>
      sendHostile(port, samplePath(name, path), requests / services.length, perSecond / services.length),
    ),
  )
  health.begin("after")
  for (const stop of stopSlow) stop()
  await sleep(5_000)
  const heard = await health.stop()
  const problems: string[] = []
  const rows = await Promise.all(
    services.map(async ({ name, port, before }, index) => {
      const [quiet, during] = ["before", "during"].map((phase) => sumOf(heard, phase, (one) => one === name))
      const now = await resident(port)
      const answers = broken[index]!
      if (answers.length > 0)
        problems.push(
          `${name} answers ${[...new Set(answers.map(({ what, status }) => `${status} to ${what}`))].join(", ")}`,
        )
      if (now - before > mostMemory) problems.push(`${name} has ${(now - before).toFixed(0)} MiB more than before`)
      if (percentile(during!, 99) > longestHealth || during!.failed > 0)
        problems.push(`health of ${name}: ${percentiles(during!)} ms, ${during!.failed} failed`)
      const longest = percentile(during!, 100).toFixed(0)
      const memory = `${before.toFixed(0)} to ${now.toFixed(0)} MiB`
      return [
        name,
        String(requests / services.length),
        String(answers.length),
        memory,
        percentiles(quiet!),
        percentiles(during!),
        longest,
      ]
    }),
  )
  return { rows, problems }
}

/** Where a body is read, and parameters are. */
const samplePath = (name: string, path: string): string =>
  ({ auth: `${path}/login`, catalog: `${path}/entries`, installation: `${path}/installations` })[name] ?? path

/** What the process has resident that listens on a port, in MiB (Linux). */
async function resident(port: number): Promise<number> {
  const sizes = await Promise.all(
    family(process.pid).map(async ({ pid }) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")
      if (!environment.split("\0").includes(`PORT=${port}`)) return 0
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "")
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
    }),
  )
  return Math.max(...sizes)
}
