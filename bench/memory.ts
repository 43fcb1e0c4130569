import { readdir, readFile } from "node:fs/promises"

/**
 * Watches the memory of all processes that have a variable in their environment, until the function that it returns is
 * called; that returns the peak in MiB. Proportional set sizes are added up, so that shared pages count once (Linux).
 */
export function watchMemory(name: string, value: string): () => Promise<number> {
  let peak = 0
  let watching = true
  const watch = (async () => {
    while (watching) {
      peak = Math.max(peak, await memoryOf(`${name}=${value}`))
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })()
  return async () => {
    watching = false
    await watch
    return peak
  }
}

async function memoryOf(variable: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))
  const sizes = pids.map(async (pid) => {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")
    if (!(await read("environ")).split("\0").includes(variable)) return 0
    return Number(/^Pss:\s+(\d+) kB/m.exec(await read("smaps_rollup"))?.[1] ?? 0)
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024
}
