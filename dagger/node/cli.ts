import { Command as Program, CommanderError, Option as Argument } from "commander"
import type { Command } from "../commands/command.ts"
import { commands } from "../commands/commands.ts"
import { withHints } from "../commands/hints.ts"
import { complete, flagOf, type Option } from "../commands/option.ts"
import { exitCodes, Failure } from "../platform/failure.ts"
import { inWords } from "./machine-failure.ts"
import { invocationIn, nodeRunner } from "./runner.ts"
import { forTerminal, withProgress } from "./terminal.ts"

/**
 * The commands in plain Node, with the names, options and output that the module's functions have, for a machine without an engine.
 * Exits with 0, with an outcome's own code (refused 2, rolled-back 3, rollback-failed 4, not-verified 5, failed 6), or with 1 for a defect.
 */
async function main(argv: string[]): Promise<void> {
  const program = new Program("cathouse")
    .description("Deliver the platform that platform.json describes: to a cloud on this machine (local), or to AWS.")
    .exitOverride()
  for (const command of commands) addTo(program, command)
  await program.parseAsync(argv, { from: "user" })
}

function addTo(program: Program, command: Command): void {
  const added = program.command(command.name).summary(command.summary).description(command.summary)
  if (command.example) added.addHelpText("after", `\nExample: npm run cathouse -- ${command.example}`)
  for (const [name, option] of Object.entries<Option<unknown>>(command.options)) {
    added.addOption(argumentOf(name, option))
  }
  added.action(async (given: Record<string, unknown>) => {
    const values = complete(command.options, restored(command, given))
    const printed = await withProgress((progress) => command.run(nodeRunner(process.cwd(), progress), values, progress))
    if (printed) console.log(forTerminal(printed, values.format))
  })
}

/** An option as commander has it. Whether its value is taken is decided where the option is declared. */
function argumentOf(name: string, { kind, help, default: preset, choices }: Option<unknown>): Argument {
  const said = choices ? `${help} (${choices.join(", ")})` : help
  if (kind === "flag") return new Argument(flagOf(name), said)
  const argument = new Argument(`${flagOf(name)} <${kind === "list" ? "names" : kind}>`, said)
  if (kind === "number") argument.argParser(numberOf)
  if (kind === "list") argument.argParser((text) => text.split(","))
  else argument.default(preset)
  return argument
}

/** What is not a number is refused as a number that is not taken is. */
const numberOf = (text: string): number | string =>
  text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text)

/** Commander keeps `--no-site` as a `site` that is false. */
function restored({ options }: Command, given: Record<string, unknown>): Record<string, unknown> {
  const negated = Object.keys(options).filter((name) => /^no[A-Z]/.test(name))
  const values = negated.map((name): [string, boolean] => [
    name,
    given[name.charAt(2).toLowerCase() + name.slice(3)] === false,
  ])
  return { ...given, ...(Object.fromEntries(values) as Record<string, boolean>) }
}

/** Ends the process the way a command ended: a Failure in its own words, a wrong argument in commander's. */
async function run(): Promise<never> {
  try {
    await main(process.argv.slice(2))
    process.exit(0)
  } catch (thrown) {
    const error = inWords(thrown)
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.refused)
    if (error instanceof Failure) {
      console.error(`\n${withHints(error, invocationIn(process.cwd())).message}`)
      process.exit(exitCodes[error.outcome])
    }
    console.error(error)
    process.exit(1)
  }
}

await run()
