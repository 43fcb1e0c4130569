import type { Command } from "../commands/command.ts"
import { complete } from "../commands/option.ts"
import type { Runner } from "../commands/runner.ts"
import type { Progress } from "../platform/progress.ts"
import { selectServices } from "../platform/repository.ts"
import { plainProgress } from "../report/progress.ts"
import type { CheckGroup } from "../quality/lint/check.ts"
import type { TestOptions } from "../quality/test/run-tests.ts"
import type { Engine } from "../src/work.ts"
import { engineRunner } from "./runner.ts"
import { withSpans } from "./spans.ts"
import { readably } from "./told.ts"

/** What the module's functions do. Each loads what it alone needs when it is called. */
export const functions: Engine = {
  call: (given, name, options) => run(engineRunner(given), name, options, withSpans(name, progress())),

  async change(given, name, options) {
    const runner = engineRunner(given)
    console.log(await run(runner, name, options, progress()))
    return runner.changes()
  },

  async checkGroup(given, group) {
    const { lint } = await import("../quality/lint/run-checks.ts")
    console.log(await lint(engineRunner(given), { group: group as CheckGroup }, plainProgress(console.error)))
  },

  async image(given, service) {
    const runner = engineRunner(given)
    const [selected] = selectServices((await runner.repository()).platform, service)
    return runner.image(selected!.name)
  },

  testReports: (given, options) => engineRunner(given).testReports(options as unknown as TestOptions, progress()),

  async up(given) {
    const { upService } = await import("./up.ts")
    return upService(engineRunner(given), given.source, progress())
  },
}

const progress = () => plainProgress((line) => console.log(line))

/** Runs a command by its name, which its file has, too. */
async function run(runner: Runner, name: string, options: Record<string, unknown>, to: Progress): Promise<string> {
  const exported = (await import(`../commands/${name}.ts`)) as Record<string, unknown>
  const command = Object.values(exported).find((one): one is Command => (one as Command)?.name === name)!
  return command.run(runner, complete(command.options, options), to).catch(readably(name))
}
