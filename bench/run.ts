import { once } from "node:events"
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { table } from "../dagger/report/table.ts"
import { measureCanary } from "./canary.ts"
import { measureDelivery } from "./delivery.ts"
import type { Figure } from "./figure.ts"
import { measureFalseAlarms } from "./false-alarms.ts"
import { measureFirstList } from "./first-list.ts"
import { measureCalls } from "./calls.ts"
import { measureImages } from "./images.ts"
import { watchMemory } from "./memory.ts"
import { measureRollouts } from "./rollouts.ts"
import { measureServices } from "./services.ts"
import { measureSite } from "./site.ts"

/**
 * The project's figures, of one run on this machine: `npm run bench`. Ratios and limits are those of the issue that asked
 * for them; a figure beyond its limit is printed as such, and makes the run fail.
 */
const root = join(import.meta.dirname, "..")

const figures = [
  ...(await measureStart()),
  ...(await measureDelivery()),
  ...measureRollouts(),
  ...(await measureCanary(root)),
  ...(await measureFalseAlarms(50)),
  ...(await measureServices(root)),
  ...(await measureSite()),
  ...(await measureFirstList(root)),
  ...(await measureImages(root)),
  ...(await measureCalls(root)),
]
console.log(
  `\n${table(
    ["figure", "measured", "limit", ""],
    figures.map(([what, is, limit, ok]) => [what, is, limit, ok ? "✔" : "✖ beyond"]),
  )}`,
)
process.exit(figures.every(([, , , ok]) => ok) ? 0 : 1)

/** A fresh clone's first `npm start -- --once`, the same again, and the most memory that the second one took. */
async function measureStart(): Promise<Figure[]> {
  const clone = await mkdtemp(join(tmpdir(), "cat-house-bench-"))
  try {
    await succeeded(spawn("git", ["clone", "--quiet", root, clone], { stdio: "inherit" }))
    const first = await timed(clone)
    const again = await timed(clone)
    return [
      ["npm start -- --once in a fresh clone", seconds(first.seconds), "none", true],
      ["npm start -- --once again", seconds(again.seconds), "60 s", again.seconds <= 60],
      ["again / first", (again.seconds / first.seconds).toFixed(2), "none", true],
      ["peak memory of the local platform", `${Math.round(again.peak)} MiB`, "1536 MiB", again.peak <= 1536],
    ]
  } finally {
    await rm(clone, { recursive: true, force: true })
  }
}

/** How long `npm start -- --once` takes, and the most memory that it and all that it started took, in MiB. */
async function timed(clone: string): Promise<{ seconds: number; peak: number }> {
  const started = performance.now()
  const child = spawn("npm", ["start", "--", "--once"], { cwd: clone, stdio: "ignore" })
  const memory = watchMemory(child.pid!)
  await succeeded(child)
  return { seconds: (performance.now() - started) / 1000, peak: await memory() }
}

async function succeeded(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, "exit")) as [number | null]
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} exited with ${code}`)
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}
