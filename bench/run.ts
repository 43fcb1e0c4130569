import { availableParallelism, loadavg } from "node:os"
import { join } from "node:path"
import { table } from "../dagger/report/table.ts"
import { measureCanary } from "./canary.ts"
import { measureDelivery } from "./delivery.ts"
import type { Figure } from "./figure.ts"
import { measureFalseAlarms } from "./false-alarms.ts"
import { measureFirstList } from "./first-list.ts"
import { measureCalls } from "./calls.ts"
import { measureImages } from "./images.ts"
import { measureRollouts } from "./rollouts.ts"
import { measureServices } from "./services.ts"
import { measureSite } from "./site.ts"
import { measureStart } from "./start.ts"

/**
 * The project's figures, of one run on this machine: `npm run bench`, or only some of them: `npm run bench -- start calls`.
 * Ratios and limits are those of the issue that asked for them; a figure beyond its limit is printed as such, and makes the
 * run fail.
 */
const root = join(import.meta.dirname, "..")

const parts: Record<string, () => Figure[] | Promise<Figure[]>> = {
  start: () => measureStart(root),
  delivery: measureDelivery,
  rollouts: measureRollouts,
  canary: () => measureCanary(root),
  "false-alarms": () => measureFalseAlarms(50),
  services: () => measureServices(root),
  site: measureSite,
  "first-list": () => measureFirstList(root),
  images: () => measureImages(root),
  calls: () => measureCalls(root),
}
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `refused: unknown figures: ${unknown.join(", ")}.\n  Expected some of: ${Object.keys(parts).join(", ")}.`,
  )
  process.exit(2)
}

const load = () => `${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`
const told = (figures: Figure[]) =>
  table(
    ["figure", "measured", "limit", ""],
    figures.map(([what, is, limit, ok]) => [what, is, limit, ok ? "✔" : "✖ beyond"]),
  )
let beyond = false
for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  const before = load()
  const figures = await parts[name]!()
  if (figures.length > 0) console.log(`\n${name}, at a load of ${before} before, ${load()} after\n\n${told(figures)}`)
  beyond ||= !figures.every(([, , , ok]) => ok)
}
process.exit(beyond ? 1 : 0)
