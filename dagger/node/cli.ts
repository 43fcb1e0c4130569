import * as commands from "./commands.ts"
import type { DeployChoices, Destination, UpOptions } from "./commands.ts"
import { breakages, type Breakage } from "../delivery/rollback-verify/breakage.ts"
import { checkNames } from "../quality/lint/names.ts"
import { databaseNames } from "../quality/test/database-choice.ts"
import type { TestOptions } from "./test.ts"
import { suiteKinds } from "../quality/test/suites.ts"
import { exitCodes, Failure } from "../platform/failure.ts"
import { environments, type EnvironmentName } from "../platform/manifest.ts"

/**
 * The module's functions in plain Node, with the same names, arguments and output, for a machine without an engine.
 * Exits with 0, with an outcome's own code (refused 2, rolled-back 3, rollback-failed 4, not-verified 5, failed 6), or with 1 for a defect.
 */
async function main(argv: string[]): Promise<void> {
  const { Command, InvalidArgumentError, Option } = await import("commander")
  const root = process.cwd()

  const endpoint = () => new Option("--aws-endpoint <url>", "of an emulator of AWS (default: AWS_ENDPOINT_URL)")
  const neonEndpoint = () =>
    new Option("--neon-endpoint <url>", "of a server that stands for Neon (default: NEON_ENDPOINT)")
  const service = () => new Option("--service <name>", "one service of platform.json (default: all)")
  const port = (flags: string, description: string) =>
    new Option(flags, description).argParser((text) => {
      const port = Number(text)
      if (Number.isInteger(port) && port > 0 && port < 65536) return port
      throw new InvalidArgumentError("Expected a port, 1 to 65535.")
    })
  /** A command that goes to an environment. */
  const to = (name: string, description: string, environment: EnvironmentName = "local") =>
    program
      .command(name)
      .description(description)
      .addOption(new Option("--env <environment>", "where to").choices(environments).default(environment))
      .addOption(endpoint())
  const positive = (text: string) => {
    const number = Number(text)
    if (Number.isInteger(number) && number > 0) return number
    throw new InvalidArgumentError("Expected a number, 1 or more.")
  }
  const program = new Command("cathouse")
    .description(
      "Delivers the Cat House platform: to a cloud on this machine (local), or to AWS (staging, production).",
    )
    .exitOverride()

  const version = () =>
    new Option("--version <version>", "what staging ran, such as staging-12 or a commit (default: the working copy)")
  const destructive = () =>
    new Option("--allow-destructive", "let migrations drop, rename or change what is there (docs/migrations.md)")
  to("plan", "what a deploy would change, and the id to approve it by; change nothing", "staging")
    .addOption(version())
    .action((options: Destination & { version?: string }) => commands.plan(root, options))
  to("deploy", "publish, migrate, roll out side by side, verify, site; put everything back if a step fails")
    .addOption(version())
    .option("--approve <plan>", "id of the plan that is to be carried out; refused where another one would be")
    .addOption(destructive())
    .action((options: Destination & DeployChoices) => commands.deploy(root, options))
  to("verify", "prove that the environment serves what it says that it runs; change nothing", "staging").action(
    (destination: Destination) => commands.verify(root, destination),
  )
  to("migrate", "run the database migrations as a one-off ECS task")
    .addOption(destructive())
    .action((options: Destination & { allowDestructive?: boolean }) => commands.migrate(root, options))
  to("deploy-site", "deploy the web site alone", "staging").action((destination: Destination) =>
    commands.deploySite(root, destination),
  )
  to("rollback", "return to a recorded deployment: services, secrets and site; the database stays", "staging")
    .addOption(new Option("--to <number>", "the deployment (default: the one before the current)").argParser(positive))
    .action((options: Destination & { to?: number }) => commands.rollback(root, options))
  to("status", "what runs, since when, from which commit, by whom, and who is at it", "staging").action(
    (destination: Destination) => commands.status(root, destination),
  )
  to("history", "the recorded deployments, the newest first", "staging")
    .addOption(new Option("--limit <number>", "so many").default(20).argParser(positive))
    .action((options: Destination & { limit: number }) => commands.history(root, options))
  to("unlock", "remove the lock of a command that is gone, or to stop one at its next step", "staging").action(
    (destination: Destination) => commands.unlock(root, destination),
  )
  program
    .command("build")
    .description("build the services' images")
    .addOption(service())
    .action(({ service }: { service?: string }) => commands.build(root, service))
  program
    .command("publish")
    .description("push the services' images to ECR, where it does not hold their versions yet")
    .addOption(service())
    .option("--tag <tag>", "one tag more, besides version, commit and branch")
    .addOption(endpoint())
    .action((options: { service?: string; tag?: string; awsEndpoint?: string }) => commands.publish(root, options))
  to("rollback-verify", "break a service on purpose and prove that the platform rolls back, unnoticed")
    .addOption(new Option("--service <name>", "the service to break").default("catalog"))
    .addOption(
      new Option("--breakage <kind>", "how to break it (default: all of them on local, crash elsewhere)").choices(
        breakages,
      ),
    )
    .action((options: Destination & { service: string; breakage?: Breakage }) => commands.rollbackVerify(root, options))
  program
    .command("test")
    .description("the tests of each service and of the frontend, side by side, with their coverage")
    .addOption(new Option("--service <name>", "one folder of services/, or frontend (default: all)"))
    .addOption(
      new Option("--suite <kind>", "unit: what needs no database; integration: what does")
        .choices(suiteKinds)
        .default("all"),
    )
    .addOption(
      new Option("--database <name>", "auto: the first of the others whose secret is set")
        .choices(databaseNames)
        .default("auto"),
    )
    .addOption(neonEndpoint())
    .action((options: TestOptions) => commands.test(root, options))
  program
    .command("branches-clean")
    .description("remove the branches in Neon that killed tests left behind")
    .addOption(
      new Option("--minutes <number>", "keep what is younger, as a run may be at work on it")
        .default(30)
        .argParser((text) => {
          const minutes = Number(text)
          if (Number.isInteger(minutes) && minutes >= 0) return minutes
          throw new InvalidArgumentError("Expected minutes, 0 or more.")
        }),
    )
    .addOption(neonEndpoint())
    .action((options: { minutes: number; neonEndpoint?: string }) => commands.branchesClean(root, options))
  program
    .command("coverage")
    .description("send the last test's coverage to Codecov, or say where it lies (CODECOV_TOKEN)")
    .action(() => commands.coverage(root))
  program
    .command("lint")
    .description("every check of the working copy; what it needs is installed first")
    .option("--check <names>", `of these checks alone, as black,mypy: ${checkNames.join(", ")}`)
    .action(({ check }: { check?: string }) => commands.lint(root, check?.split(",")))
  program
    .command("format")
    .description("mend what tools can mend")
    .action(() => commands.format(root))
  program
    .command("up")
    .description("deploy the platform to this machine and keep it up until Ctrl-C")
    .option("--once", "end as soon as it is deployed (the default without a terminal)")
    .addOption(port("--port <number>", "of the API's load balancer (default: 8004 where it is free)"))
    .addOption(port("--site-port <number>", "of the web site with the API (default: 19006 where it is free)"))
    .option("--no-site", "leave the web site out")
    .action((options: UpOptions) => commands.up(root, options))

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
