import { once } from "node:events"
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Figure } from "./figure.ts"
import { watchMemory } from "./memory.ts"

/** A fresh clone's `npm start`: until the API serves, and until all has ended; the same again, and the most memory it took. */
export async function measureStart(root: string): Promise<Figure[]> {
  const clone = await mkdtemp(join(tmpdir(), "cat-house-bench-"))
  try {
    await succeeded(spawn("git", ["clone", "--quiet", root, clone], { stdio: "inherit" }))
    const first = await serves(clone)
    const again = await timed(clone)
    return [
      ["npm start in a fresh clone, until the API serves", seconds(first.api), "30 s", first.api <= 30],
      ["the same, until the website opens", seconds(first.site), "none", true],
      ["npm start -- --once again", seconds(again.seconds), "60 s", again.seconds <= 60],
      ["peak memory of the local platform", `${Math.round(again.peak)} MiB`, "1536 MiB", again.peak <= 1536],
    ]
  } finally {
    await rm(clone, { recursive: true, force: true })
  }
}

/** Seconds until the API, then the website, is said to serve. */
async function serves(clone: string): Promise<{ api: number; site: number }> {
  const started = performance.now()
  const child = spawn("npm", ["start"], { cwd: clone, stdio: ["ignore", "pipe", "ignore"], detached: true })
  const when = (words: RegExp) =>
    new Promise<number>((resolve, reject) => {
      let said = ""
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString()
        if (words.test(said)) resolve((performance.now() - started) / 1000)
      })
      child.once("exit", () => reject(new Error(`npm start ended before it said ${words.source}:\n${said}`)))
    })
  const [api, site] = await Promise.all([when(/^Deployment 1: /m), when(/^Open +http/m)])
  process.kill(-child.pid!, "SIGINT")
  await once(child, "exit")
  return { api, site }
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
