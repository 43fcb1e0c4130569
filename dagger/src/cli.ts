import * as commands from "./commands.ts"
import { breakages, type Breakage } from "./delivery/breakage.ts"
import { exitCodes, Failure } from "./outcome.ts"
import { environments, type EnvironmentName } from "./platform/manifest.ts"

/**
 * The module's functions in plain Node, with the same names, arguments and output, for a machine without an engine.
 * Exits with 0, with an outcome's own code (refused 2, rolled-back 3, rollback-failed 4), or with 1 for a defect.
 */
async function main(argv: string[]): Promise<void> {
  const { Command, InvalidArgumentError, Option } = await import("commander")
  const root = process.cwd()

  const environment = () => new Option("--env <environment>", "where to").choices(environments).default("local")
  const program = new Command("cathouse")
    .description(
      "Delivers the Cat House platform to a cloud on this machine (local). Staging and production are looked up and refused: not built yet.",
    )
    .exitOverride()

  program
    .command("deploy")
    .description("build, migrate, roll out side by side, verify; put everything back if a service fails")
    .addOption(environment())
    .action(({ env }: { env: EnvironmentName }) => commands.deploy(root, env))
  program
    .command("migrate")
    .description("run the database migrations as a one-off ECS task")
    .addOption(environment())
    .action(({ env }: { env: EnvironmentName }) => commands.migrate(root, env))
  program
    .command("build")
    .description("build the services' images")
    .option("--service <name>", "one service of platform.json (default: all)")
    .action(({ service }: { service?: string }) => commands.build(root, service))
  program
    .command("rollback-verify")
    .description("break a service on purpose and prove that the platform rolls back, unnoticed")
    .addOption(environment())
    .addOption(new Option("--service <name>", "the service to break").default("catalog"))
    .addOption(
      new Option("--breakage <kind>", "how to break it (default: all of them on local, crash elsewhere)").choices(
        breakages,
      ),
    )
    .action((options: { env: EnvironmentName; service: string; breakage?: Breakage }) =>
      commands.rollbackVerify(root, options),
    )
  program
    .command("up")
    .description("deploy the platform to this machine and keep it up until Ctrl-C")
    .option("--once", "end as soon as it is deployed (the default without a terminal)")
    .addOption(
      new Option("--port <number>", "of the load balancer (default: 8004 where it is free)").argParser((text) => {
        const port = Number(text)
        if (Number.isInteger(port) && port > 0 && port < 65536) return port
        throw new InvalidArgumentError("Expected a port, 1 to 65535.")
      }),
    )
    .action((options: { once?: boolean; port?: number }) => commands.up(root, options))

  await program.parseAsync(argv, { from: "user" })
}

/** Ends the process the way a command ended: a Failure in its own words, a wrong argument in commander's. */
async function run(): Promise<never> {
  const { CommanderError } = await import("commander")
  try {
    await main(process.argv.slice(2))
    process.exit(0)
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.refused)
    if (error instanceof Failure) {
      console.error(`\n${error.message}`)
      process.exit(exitCodes[error.outcome])
    }
    console.error(error)
    process.exit(1)
  }
}

// Dagger loads every file of the module; only as a program of its own does this one do something.
if (import.meta.main) await run()
