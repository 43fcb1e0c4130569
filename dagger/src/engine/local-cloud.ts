import { dag, type Container, type Directory, type Service } from "@dagger.io/dagger"
import { randomBytes } from "node:crypto"
import { startCloud } from "../../local-cloud/cloud.ts"
import { machineAt, type StartedMachine } from "../../node/machine.ts"
import { distributionOf } from "../../local-cloud/distribution.ts"
import { containerDriver } from "./container-driver.ts"
import type { Repository } from "../../platform/repository.ts"
import { nodeImage, openSite } from "./site.ts"
import { images, type Images } from "./images.ts"
import { postgresContainer } from "./postgres.ts"
import { pythonImage, pythonWithUv } from "./python.ts"

export const ministackPort = 4566
const echoPort = 8080

/** The local environment under the engine. */
export interface EngineMachine extends StartedMachine {
  images: Images
  ministack: Service
  /** Lets a service's container reach its database, and the endpoint to try proxy with */
  connect(container: Container): Container
  /** Like `close`, but PostgreSQL and ministack go on with their data */
  closeButData(): Promise<void>
}

/** PostgreSQL, ministack and the tasks are Dagger services; the rollouts, load balancer and site run in this process. */
export async function startMachine(source: Directory, repository: Repository): Promise<EngineMachine> {
  const { platform } = repository
  const password = randomBytes(16).toString("hex")
  const databaseUrl = `postgresql://postgres:${password}@postgres:5432/postgres`
  const [postgres, ministack] = await Promise.all([postgresService(password).start(), ministackService().start()])

  const built = images(source, repository)
  const echoed = echoService()
  const connect = (container: Container) =>
    container.withServiceBinding("postgres", postgres).withServiceBinding("echo", echoed)
  const driver = containerDriver({ find: built.find, connect, shell: dag.container().from(pythonImage) })
  const ministackUrl = await ministack.endpoint({ scheme: "http" })
  const echo = `echo:${echoPort}`
  const site = { distribution: distributionOf(repository.root) }
  const cloud = await startCloud({ platform, driver, ministackUrl, databaseUrl, echo, site })
  const close = async () => {
    await cloud.close()
    await ministack.stop({ kill: true })
    await postgres.stop({ kill: true })
  }
  const made = { images: built.build, site: () => openSite(source), migrations: built.migrations }
  const machine = await machineAt(repository, cloud.endpoint, made, close)
  return { ...machine, images: built, ministack, connect, echo, closeButData: cloud.close }
}

/** A container with this module's files, for parts of `local/` that run in one of their own. */
export const moduleContainer = (): Container =>
  dag
    .container()
    .from(nodeImage)
    .withDirectory(
      "/module",
      dag
        .currentModule()
        .source()
        .filter({ include: ["local-cloud", "platform"] }),
    )

/** A program of Node.js's, given as text. */
export const nodeProgram = (program: string): string[] => ["node", "--input-type=module", "--eval", program]

function echoService(): Service {
  const program = `
import { startEcho } from "/module/local-cloud/echo.ts"
await startEcho({ host: "0.0.0.0", port: ${echoPort} })
`
  return moduleContainer()
    .withExposedPort(echoPort)
    .asService({ args: nodeProgram(program) })
}

const postgresService = (password: string): Service =>
  postgresContainer()
    .withSecretVariable("POSTGRES_PASSWORD", dag.setSecret("postgres-password", password))
    .asService({ useEntrypoint: true })

function ministackService(): Service {
  return ministackImage()
    .withEnvVariable("BIND_HOST", "0.0.0.0")
    .withEnvVariable("GATEWAY_PORT", String(ministackPort))
    .withEnvVariable("DOCKER_HOST", "unix:///nonexistent")
    .withEnvVariable("IOT_MTLS_ENABLED", "0")
    .withExposedPort(ministackPort)
    .asService({ args: ["/ministack/.venv/bin/python", "-m", "ministack"] })
}

function ministackImage(): Container {
  const lock = dag.currentModule().source().directory("tools/ministack")
  return pythonWithUv().withDirectory("/ministack", lock).withWorkdir("/ministack").withExec(["uv", "sync", "--locked"])
}
