import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Figure } from "./delivery.ts"
import { engineAnswers } from "./engine.ts"

/** Of warm calls; an engine's first call of a module builds it. */
const rounds = 3

const hello = `
import { func, object } from "@dagger.io/dagger"

@object()
export class Hello {
  @func({ cache: "never" })
  hello(): string {
    return "hello"
  }
}
`

/** What a call costs, against a module that says hello. Nothing where no Dagger engine answers. */
export async function measureCalls(root: string): Promise<Figure[]> {
  if (!(await engineAnswers("the cost of a call"))) return []
  const folder = await mkdtemp(join(tmpdir(), "cat-house-hello-"))
  try {
    await mkdir(join(folder, "src"))
    const config = { name: "hello", engineVersion: "v0.21.8", sdk: { source: "typescript" } }
    await writeFile(join(folder, "dagger.json"), JSON.stringify(config))
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", packageManager: "npm@11.8.0" }))
    await writeFile(join(folder, "src", "index.ts"), hello)
    const base = await median(folder, ["call", "hello"])
    const build = await median(root, ["call", "build", "--service", "proxy"])
    const test = await median(root, ["call", "test", "--database", "postgres", "summary"])
    return [
      ["dagger call hello, of a module of its own", `${base.toFixed(1)} s`, "none", true],
      ["a call that needs no AWS / hello", (build / base).toFixed(2), "1.2", build / base <= 1.2],
      ["tests with nothing changed / hello", (test / base).toFixed(2), "1.5", test / base <= 1.5],
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** In seconds, of calls that follow a first one. */
async function median(cwd: string, args: string[]): Promise<number> {
  const call = () => promisify(execFile)("dagger", args, { cwd, maxBuffer: 2 ** 26 })
  await call()
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    await call()
    seconds.push((performance.now() - started) / 1000)
  }
  return seconds.sort((one, other) => one - other)[Math.floor(rounds / 2)]!
}
