import { loadavg } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { messageOf } from "../../platform/failure.ts"
import { isRouted } from "../../platform/service.ts"
import { table } from "../../report/table.ts"
import { openPlatform, type OpenPlatform } from "./platform.ts"
import { percentiles, startRequests, sumOf } from "./requests.ts"
import { scenarios, type Scenario } from "./scenarios.ts"
import { besiege } from "./siege.ts"

/**
 * The platform under load: `npm run test:load`, or what of it has a name that fits: `-- --only "canary|leak"`. Figures are printed
 * with the machine's load; only what fails somebody it should not makes it end with 1.
 */
const { values } = parseArgs({ options: { only: { type: "string", default: "" } } })
const chosen = (name: string): boolean => new RegExp(values.only).test(name)

/** Requests a second, to all services together */
const perSecond = 200
/** Seconds before and after what happens */
const aside = 5

const problems: string[] = []
/** Told at once, as what follows may end otherwise, and again at the end. */
function problem(text: string): void {
  problems.push(text)
  console.error(`✖ ${text}`)
}
const platform = await openPlatform()
try {
  const rows: string[][] = []
  for (const scenario of scenarios.filter(({ name }) => chosen(name))) {
    rows.push(await measure(platform, scenario))
    console.error(rows.at(-1)!.join(" | "))
  }
  const head = [
    "under load",
    "requests/s",
    "failed others",
    "failed it",
    "ms before",
    "during",
    "after",
    "load",
    "seen",
  ]
  if (rows.length > 0) console.log(`\nms: p50/p95/p99 of the services that nothing is done to\n\n${table(head, rows)}`)
  if (chosen("hostile")) console.log(`\n${await besiege(platform, problem)}`)
} catch (error) {
  problem(`the run ends early: ${messageOf(error)}`)
} finally {
  await platform.close()
}
console.log(problems.length > 0 ? ["\nproblems:", ...problems].join("\n✖ ") : "\nno problems")
process.exit(problems.length > 0 ? 1 : 0)

/** A scenario while all services are asked by their users. */
async function measure({ target, ...others }: OpenPlatform, { name, mayFail, run }: Scenario): Promise<string[]> {
  const services = target.platform.services.filter(isRouted)
  const requests = startRequests(
    services.map(({ name, route }) => ({
      name,
      url: `${target.infrastructure.publicUrl}${name === "catalog" ? `${route.path}/entries` : route.sample}`,
      perSecond: perSecond / services.length,
      connections: 10,
    })),
  )
  const started = performance.now()
  await sleep(aside * 1000)
  requests.begin("during")
  const seen = await run({ target, ...others }).catch((error: unknown) => {
    problem(`${name}: ${messageOf(error)}`)
    return "✖"
  })
  requests.begin("after")
  await sleep(aside * 1000)
  const heard = await requests.stop()
  const seconds = (performance.now() - started) / 1000

  const all = () => true
  const untouched = (service: string) => mayFail.length === services.length || !mayFail.includes(service)
  const failedOthers = sumOf(heard, "during", (service) => !mayFail.includes(service)).failed
  const aroundIt = ["before", "after"].map((phase) => sumOf(heard, phase, all).failed)
  if (failedOthers > 0) problem(`${name}: ${failedOthers} requests failed that had nothing to do with it`)
  if (aroundIt.some((failed) => failed > 0))
    problem(`${name}: ${aroundIt.join(" and ")} requests failed before and after it`)
  const count = ["before", "during", "after"].reduce(
    (sum, phase) => sum + sumOf(heard, phase, all).milliseconds.length,
    0,
  )
  return [
    name,
    (count / seconds).toFixed(0),
    String(failedOthers),
    String(sumOf(heard, "during", (service) => mayFail.includes(service)).failed),
    ...["before", "during", "after"].map((phase) => percentiles(sumOf(heard, phase, untouched))),
    loadavg()[0]!.toFixed(1),
    seen,
  ]
}
