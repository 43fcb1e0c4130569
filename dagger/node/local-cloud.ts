import { Command, CommanderError, InvalidArgumentError } from "commander"
import { join } from "node:path"
import { startAws } from "../local-cloud/aws.ts"
import { localCredentials } from "../local-cloud/ministack.ts"
import { exitCodes, Failure } from "../platform/failure.ts"
import { commandDriver } from "./processes/command-driver.ts"
import { startMinistack } from "./processes/ministack.ts"
import { inWords } from "./machine-failure.ts"
import { hold } from "./terminal.ts"

interface Options {
  port?: number | undefined
  region: string
}

/** The local cloud alone, for any AWS client, until Ctrl-C: npm run local-cloud */
async function main(argv: string[]): Promise<void> {
  const program = new Command("local-cloud")
    .description("Starts an empty AWS on this machine, at one endpoint, until Ctrl-C (dagger/local-cloud/README.md).")
    .exitOverride()
    .option("--port <port>", "to listen on (default: any free one)", portOf)
    .option("--region <region>", "in the ARNs of what is made", process.env.AWS_REGION ?? "us-east-1")
    .action((options: Options) => hold(start(options), (cloud, interrupted) => serve(cloud, options, interrupted)))
  await program.parseAsync(argv, { from: "user" })
}

async function start({ port, region }: Options) {
  const ministack = await startMinistack(join(process.cwd(), ".cathouse", "ministack", "bin", "python"))
  try {
    const aws = await startAws({ region, driver: commandDriver(), ministackUrl: ministack.url, ...(port && { port }) })
    return { own: true, endpoint: aws.endpoint, close: () => aws.close().then(ministack.close) }
  } catch (error) {
    await ministack.close()
    throw error
  }
}

async function serve(
  { endpoint }: { endpoint: string },
  { region }: Options,
  interrupted: Promise<void>,
): Promise<void> {
  const { accessKeyId, secretAccessKey } = localCredentials
  console.log(`AWS is at ${endpoint}, until Ctrl-C. Any credentials do:

  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region}
  aws --endpoint-url ${endpoint} ecs list-clusters

Load balancers that you make are at ${endpoint}/_alb/NAME/`)
  await interrupted
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65536) return port
  throw new InvalidArgumentError("Expected a port, 1 to 65535.")
}

try {
  await main(process.argv.slice(2))
} catch (thrown) {
  const error = inWords(thrown)
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.refused)
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exit(exitCodes[error.outcome])
}
