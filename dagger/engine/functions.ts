import type { Command } from "../commands/command.ts"
import { complete, type Options } from "../commands/option.ts"
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
  async call(given, name, options) {
    const command = await load(name)
    return command
      .run(engineRunner(given), complete(command.options, options), withSpans(name, progress()))
      .catch(readably(name))
  },

  async change(given, name, options) {
    const command = await load(name)
    const runner = engineRunner(given)
    const printed = await command.run(runner, complete(command.options, options), progress()).catch(readably(name))
    if (printed) console.log(printed)
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

/** A command by its name, which its file has, too. */
async function load(name: string): Promise<Command<Options>> {
  const exported = (await import(`../commands/${name}.ts`)) as Record<string, unknown>
  return Object.values(exported).find((one): one is Command<Options> => (one as Command<Options>)?.name === name)!
}
