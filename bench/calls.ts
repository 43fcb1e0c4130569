import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { median, type Figure } from "./figure.ts"
import { engineAnswers } from "./engine.ts"

/** Of warm calls in turns, of which the medians count; an engine's first call of a module builds it. */
const rounds = 5

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

/** What a call costs, against a module that says hello. Nothing where no Dagger engine answers. */
export async function measureCalls(root: string): Promise<Figure[]> {
  if (!(await engineAnswers("the cost of a call"))) return []
  const folder = await mkdtemp(join(tmpdir(), "cat-house-hello-"))
  try {
    await mkdir(join(folder, "src"))
    const config = { name: "hello", engineVersion: "v0.21.8", sdk: { source: "typescript" } }
    await writeFile(join(folder, "dagger.json"), JSON.stringify(config))
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", packageManager: "npm@11.8.0" }))
    await writeFile(join(folder, "src", "index.ts"), module)
    const hello = () => seconds(folder, ["call", "hello"])
    // Neither is ever cached. It refuses before it builds anything: this is what each call of the module costs.
    const refuse = () => seconds(root, ["call", "test", "--service", "no-such-service"])
    const test = () => seconds(root, ["call", "test", "--database", "postgres", "summary"])
    for (const call of [hello, refuse, test]) await call()
    const measured: { base: number; refused: number; test: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const base = await hello()
      measured.push({ base, refused: (await refuse()) / base, test: (await test()) / base })
    }
    const of = (what: keyof (typeof measured)[number]) => median(measured.map((round) => round[what]))
    return [
      ["dagger call hello, of a module of its own on Node.js", `${of("base").toFixed(1)} s`, "none", true],
      ["a call that is refused / hello on Node.js", of("refused").toFixed(2), "1.0", of("refused") <= 1],
      ["tests with nothing changed / hello", of("test").toFixed(2), "1.5", of("test") <= 1.5],
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function seconds(cwd: string, args: string[]): Promise<number> {
  const started = performance.now()
  await promisify(execFile)("dagger", args, { cwd, maxBuffer: 2 ** 26 }).catch((error: { stderr: string }) => {
    if (!error.stderr.includes("refused: ")) throw error
  })
  return (performance.now() - started) / 1000
}
