import { readFile } from "node:fs/promises"
import { family } from "../dagger/test/node/processes.ts"

/**
 * Watches the memory of a process and all its descendants until the function that it returns is called; that returns the
 * peak in MiB. Proportional set sizes are added up, so that shared pages count once (Linux).
 */
export function watchMemory(root: number): () => Promise<number> {
  let peak = 0
  let watching = true
  const watch = (async () => {
    while (watching) {
      const sizes = await Promise.all(family(root).map(({ pid }) => proportionalSetSize(pid)))
      peak = Math.max(
        peak,
        sizes.reduce((sum, size) => sum + size, 0),
      )
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })()
  return async () => {
    watching = false
    await watch
    return peak
  }
}

async function proportionalSetSize(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "")
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024
}
