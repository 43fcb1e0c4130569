import { spawn } from "node:child_process"
import { join } from "node:path"
import { parseArgs } from "node:util"

/**
 * Deploys with faults, as many as asked for: `npm run test:faults -- --seeds 500 --from 7`. A failing schedule is shrunk to a
 * smallest one, and is printed with the seed that makes it again.
 */
const { values } = parseArgs({
  options: { seeds: { type: "string", default: "500" }, from: { type: "string", default: "1" } },
})
for (const [option, value] of Object.entries(values)) {
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) continue
  console.error(
    `refused: --${option} is not valid.\n  Expected a whole number from 1, such as ${option === "seeds" ? 500 : 7}.`,
  )
  process.exit(2)
}
const root = join(import.meta.dirname, "..", "..", "..")
const child = spawn(
  process.execPath,
  [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "dagger/test/faults"],
  {
    cwd: root,
    env: { ...process.env, FAULT_SEEDS: values.seeds, FAULT_FROM: values.from },
    stdio: "inherit",
  },
)
child.once("close", (code) => process.exit(code ?? 1))
