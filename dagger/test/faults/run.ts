import { spawn } from "node:child_process"
import { once } from "node:events"
import { loadavg } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"

/**
 * Deploys with faults, as many as asked for: `npm run test:faults -- --seeds 500 --from 7`. A failing schedule is shrunk to a
 * smallest one, and is printed with its seed, which makes it again: `--seeds 1 --from 217`. Instead of them, with
 * `--processes 20`, as many whole deploys to an emulator of staging; with `--neon 200`, as many runs on a branch of Neon.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "500" },
    processes: { type: "string" },
    neon: { type: "string" },
    from: { type: "string", default: "1" },
  },
})
for (const [option, value] of Object.entries(values)) {
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) continue
  console.error(
    `refused: --${option} is not valid.\n  Expected a whole number from 1, such as ${option === "seeds" ? 500 : 7}.`,
  )
  process.exit(2)
}
const [seeds, from] = [Number(values.processes ?? values.neon ?? values.seeds), Number(values.from)]
const root = join(import.meta.dirname, "..", "..", "..")
const started = performance.now()

const codes = values.processes
  ? [await runTests("unreliable-aws", { FAULT_PROCESSES: String(seeds) })]
  : values.neon
    ? [await runTests("neon", { FAULT_NEON: String(seeds) })]
    : await inHalves()
const took = Math.round((performance.now() - started) / 1000)
console.log(
  `${seeds} ${values.neon ? "runs on a branch of Neon" : "deploys"} with faults, seeds ${from} to ${from + seeds - 1}: ${took} s, load ${loadavg()[0]!.toFixed(1)}`,
)
process.exit(codes.find((code) => code !== 0) ?? 0)

/** A deploy waits about as much as it works. */
function inHalves(): Promise<number[]> {
  const half = Math.ceil(seeds / 2)
  const run = (count: number, first: number) =>
    count === 0 ? 0 : runTests("schedules", { FAULT_SEEDS: String(count), FAULT_FROM: String(first) })
  return Promise.all([run(half, from), run(seeds - half, from + half)])
}

async function runTests(name: string, env: Record<string, string>): Promise<number> {
  const args = ["run", `dagger/test/faults/${name}`, "--reporter=dot"]
  const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...args], {
    cwd: root,
    env: { ...process.env, FAULT_FROM: String(from), ...env },
    stdio: "inherit",
  })
  const [code] = (await once(child, "close")) as [number | null]
  return code ?? 1
}
