import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { BuildImages } from "../delivery/deploy.ts"
import { connect } from "../delivery/aws.ts"
import { systemClock } from "../delivery/clock.ts"
import type { Target } from "../delivery/target.ts"
import { readInfrastructure } from "../delivery/infrastructure.ts"
import type { Repository } from "../platform/repository.ts"
import type { Report } from "../report/report.ts"
import { localCredentials, startCloud } from "./cloud.ts"
import { imageStore, storeImages, type ImageStore } from "./images.ts"
import { startMinistack } from "./ministack.ts"
import { registryOf } from "./provision.ts"
import { startPostgres } from "./postgres.ts"
import { processDriver } from "./tasks/process.ts"

/** The local environment without an engine, to deploy to. */
export interface LocalMachine {
  target: Target
  build: BuildImages
  /** Where AWS's clients find it */
  endpoint: string
  /** Ends what was started for this command; a platform that was up before stays up. */
  close(): Promise<void>
}

/** What belongs to a working copy and is no part of it: tools, images, and where a platform that is up is found. */
const stateFolder = (repository: Repository): string => join(repository.root, ".cathouse")

const recordOf = (repository: Repository): string => join(stateFolder(repository), "up.json")

/** What the report calls it */
const subject = "local cloud"

/** Uses the platform that is up beside this command, or starts one for it. */
export async function useMachine(repository: Repository, report: Report): Promise<LocalMachine> {
  const endpoint = await endpointOfRunning(repository)
  if (!endpoint) return startMachine(repository, report)
  report.done(subject, "the one that is up")
  return machineAt(repository, endpoint, buildOf(repository), async () => {})
}

/** Starts PostgreSQL, ministack and a local cloud. What has been started is ended when a later part does not start. */
export async function startMachine(
  repository: Repository,
  report: Report,
  { port }: { port?: number } = {},
): Promise<LocalMachine> {
  report.status(subject, "starting PostgreSQL and ministack")
  const started: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  let closed: Promise<void> | undefined
  const close = () => (closed ??= closeAll())
  try {
    const images = imagesOf(repository)
    const [postgres, ministack] = await Promise.allSettled([
      startPostgres(),
      startMinistack(join(stateFolder(repository), "ministack", "bin", "ministack")),
    ])
    for (const part of [postgres, ministack]) if (part.status === "fulfilled") started.push(part.value.close)
    if (postgres.status === "rejected") throw postgres.reason
    if (ministack.status === "rejected") throw ministack.reason

    const driver = processDriver(images)
    started.push(driver.close)
    const cloud = await startCloud({
      platform: repository.platform,
      driver,
      ministackUrl: ministack.value.url,
      databaseUrl: postgres.value.url,
      port,
    })
    started.push(cloud.close)
    report.done(subject, `serves ${cloud.infrastructure.loadBalancerUrl}`)
    return await machineAt(repository, cloud.endpoint, buildOf(repository, images), close)
  } catch (error) {
    await close()
    throw error
  }
}

/** Lets commands beside this one find a machine that stays up, until what it returns is called. */
export async function announce(repository: Repository, endpoint: string): Promise<() => Promise<void>> {
  await writeFile(recordOf(repository), JSON.stringify({ endpoint }))
  return () => rm(recordOf(repository), { force: true })
}

/** The endpoint of a platform that is up and answers; a record that a killed one left counts for nothing. */
export async function endpointOfRunning(repository: Repository): Promise<string | undefined> {
  try {
    const { endpoint } = JSON.parse(await readFile(recordOf(repository), "utf8")) as { endpoint: string }
    const { ok } = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) })
    return ok ? endpoint : undefined
  } catch {
    return undefined
  }
}

function imagesOf(repository: Repository): ImageStore {
  const state = stateFolder(repository)
  return imageStore(join(state, "images"), join(state, "uv", "bin", "uv"))
}

/** Builds into the machine's images, which its tasks are started from. */
export const buildOf = (repository: Repository, images = imagesOf(repository)): BuildImages =>
  storeImages(repository, images, registryOf(repository.platform))

/** A machine whose cloud answers at an endpoint. */
export async function machineAt(
  repository: Repository,
  endpoint: string,
  build: BuildImages,
  close: () => Promise<void>,
): Promise<LocalMachine> {
  const { platform } = repository
  const aws = connect({ region: platform.region, endpoint, credentials: localCredentials })
  const infrastructure = await readInfrastructure(aws, platform, "local")
  const target: Target = { environment: "local", platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 }
  return { target, build, close, endpoint }
}
