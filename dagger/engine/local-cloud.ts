import { dag, type Container, type Service } from "@dagger.io/dagger"
import { randomBytes } from "node:crypto"
import { startCloud } from "../local-cloud/cloud.ts"
import type { OpenCloud } from "../commands/runner.ts"
import { distributionOf } from "../local-cloud/distribution.ts"
import { containerDriver } from "./container-driver.ts"
import type { Repository } from "../platform/repository.ts"
import { nodeImage } from "./site.ts"
import type { Images } from "./images.ts"
import { postgresContainer } from "./postgres.ts"
import { python, pythonWithUv } from "./python.ts"

export const ministackPort = 4566
const echoPort = 8080

/** The local cloud under the engine. */
export interface EngineCloud extends OpenCloud {
  echo: string
  images: Images
  ministack: Service
  /** Lets a service's container reach its database, and the endpoint to try proxy with */
  connect(container: Container): Container
  /** Like `close`, but PostgreSQL and ministack go on with their data */
  closeButData(): Promise<void>
}

/** PostgreSQL, ministack and the tasks are Dagger services; ECS, load balancer and website run in this process. */
export async function startLocalCloud({ platform, root }: Repository, images: Images): Promise<EngineCloud> {
  const password = randomBytes(16).toString("hex")
  const databaseUrl = `postgresql://postgres:${password}@postgres:5432/postgres`
  const [postgres, ministack, echoed] = await Promise.all([
    postgresService(password).start(),
    ministackService().start(),
    echoService().start(),
  ])
  const connect = (container: Container) =>
    container.withServiceBinding("postgres", postgres).withServiceBinding("echo", echoed)
  const driver = containerDriver({ find: images.find, connect, shell: python() })
  const ministackUrl = await ministack.endpoint({ scheme: "http" })
  const echo = `echo:${echoPort}`
  const site = platform.site && { distribution: distributionOf(root) }
  const cloud = await startCloud({ platform, driver, ministackUrl, databaseUrl, echo, host: "0.0.0.0", site })
  const close = async () => {
    // The tasks' last lines go to ministack.
    const ended = cloud.close().then(() => ministack.stop({ kill: true }))
    await Promise.all([ended, postgres.stop({ kill: true }), echoed.stop({ kill: true })])
  }
  return { endpoint: cloud.endpoint, own: true, echo, images, ministack, connect, close, closeButData: cloud.close }
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
