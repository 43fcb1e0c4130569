import { execFile } from "node:child_process"
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { daggerIn, daggerWith, emulatorAddress, type Called } from "../dagger/test/engine/dagger.ts"
import { startStagingCloud } from "../dagger/test/staging/cloud.ts"
import { median, type Figure } from "./figure.ts"
import { engineAnswers } from "./engine.ts"

/** Of warm calls in turns, of which the medians count; an engine's first call of a module builds it. */
const rounds = 3

const module = `
import { func, object } from "@dagger.io/dagger"

@object()
export class Hello {
  @func({ cache: "never" })
  hello(): string {
    return "hello"
  }
}
`

/** A call, and how many times the hello it may take */
interface Measured {
  call: () => Promise<Called>
  limit: number
}

/** What a call costs, against a module that says hello on Node.js. Nothing where no Dagger engine answers. */
export async function measureCalls(root: string): Promise<Figure[]> {
  if (!(await engineAnswers("the cost of a call"))) return []
  const folder = await mkdtemp(join(tmpdir(), "cat-house-calls-"))
  const [hello, clone, changing] = [join(folder, "hello"), join(folder, "clone"), join(folder, "changing")]
  try {
    await writeHello(hello)
    for (const copy of [clone, changing]) await promisify(execFile)("git", ["clone", "--quiet", root, copy])
    const inClone = (...args: string[]) => daggerIn(clone, "call", ...args)
    const calls: Record<string, Measured> = {
      // None of them is ever cached. This one refuses before it builds anything: it is what each call of the module costs.
      "a call that is refused": { call: () => inClone("test", "--service", "no-such-service"), limit: 1 },
      "tests with nothing changed": { call: () => inClone("test", "--database", "postgres"), limit: 1 },
      "lint --check tsc after a change": {
        async call() {
          await appendFile(join(changing, "frontend/src/config.ts"), `// ${performance.now()}\n`)
          return daggerIn(changing, "call", "lint", "--check", "tsc")
        },
        limit: 1.2,
      },
      "deploy --env local, nothing changed": { call: () => inClone("deploy", "--env", "local"), limit: 4 },
    }
    const told = await inTurns(() => daggerIn(hello, "call", "hello"), calls)
    return [...told, ...(await measureStatus(() => daggerIn(hello, "call", "hello")))]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Of a staging environment in an emulator that the engine reaches; nothing where its address is not named. */
async function measureStatus(hello: () => Promise<Called>): Promise<Figure[]> {
  if (!emulatorAddress) return []
  const [host, port] = emulatorAddress.split(":")
  const cloud = await startStagingCloud({ host, port: Number(port) })
  try {
    const to = ["--env", "staging", "--aws-endpoint", cloud.endpoint]
    const call = () => daggerWith(cloud.variables, "call", "status", ...to)
    return await inTurns(hello, { "status --env staging, of an emulator": { call, limit: 1 } })
  } finally {
    await cloud.close()
  }
}

async function writeHello(folder: string): Promise<void> {
  await mkdir(join(folder, "src"), { recursive: true })
  const config = { name: "hello", engineVersion: "v0.21.8", sdk: { source: "typescript" } }
  await writeFile(join(folder, "dagger.json"), JSON.stringify(config))
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", packageManager: "npm@11.8.0" }))
  await writeFile(join(folder, "src", "index.ts"), module)
}

/** Each after a hello of its own round */
async function inTurns(hello: () => Promise<Called>, calls: Record<string, Measured>): Promise<Figure[]> {
  for (const call of [hello, ...Object.values(calls).map(({ call }) => call)]) await seconds(call)
  const bases: number[] = []
  const measured = new Map(Object.keys(calls).map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    bases.push(await seconds(hello))
    for (const [name, { call }] of Object.entries(calls)) measured.get(name)!.push(await seconds(call))
  }
  const base = median(bases)
  return [
    ["dagger call hello, of a module of its own on Node.js", `${base.toFixed(1)} s`, "none", true],
    ...Object.entries(calls).flatMap(([name, { limit }]): Figure[] => {
      const took = median(measured.get(name)!)
      const ratio = took / base
      return [
        [name, `${took.toFixed(1)} s`, "none", true],
        [`${name} / hello`, ratio.toFixed(2), limit.toFixed(1), ratio <= limit],
      ]
    }),
  ]
}

async function seconds(call: () => Promise<Called>): Promise<number> {
  const started = performance.now()
  const { exitCode, stderr } = await call()
  if (exitCode !== 0 && !stderr.includes("refused: ")) throw new Error(stderr)
  return (performance.now() - started) / 1000
}
