import { join } from "node:path"
import type { Artifacts, BuildImages } from "../delivery/artifacts.ts"
import { connect } from "../aws/clients.ts"
import { openFolder } from "../delivery/site/folder.ts"
import { systemClock } from "../platform/clock.ts"
import type { Target } from "../delivery/target.ts"
import { readInfrastructure } from "../aws/infrastructure.ts"
import { type Infrastructure } from "../platform/infrastructure.ts"
import type { Repository } from "../platform/repository.ts"
import { versionOf } from "../platform/version.ts"
import type { Progress } from "../platform/progress.ts"
import { buildSideBySide, planImages } from "../commands/local-images.ts"
import { localCredentials, startCloud } from "../local-cloud/cloud.ts"
import { startEcho } from "../local-cloud/echo.ts"
import { imageStore, type ImageStore } from "./packages/images.ts"
import { readMigrations } from "./migrations.ts"
import { startMinistack } from "./processes/ministack.ts"
import { customaryPorts } from "../local-cloud/ports.ts"
import { startPostgres } from "./processes/postgres.ts"
import { buildSite } from "./packages/site.ts"
import { processDriver } from "./processes/process-driver.ts"
import { endpointOfRunning, stateFolder } from "./up-record.ts"

/** An environment to deliver to, with what is delivered. */
export interface Machine {
  target: Target
  artifacts: Artifacts
  /** Whether it was started for this command, and ends with it */
  own: boolean
  /** Ends it, where it is its own; a platform that was up before stays up. */
  close(): Promise<void>
}

/** The local environment. */
export interface LocalMachine extends Machine {
  /** Where AWS's clients find it */
  endpoint: string
}

/** One that was started, and not found. */
export interface StartedMachine extends LocalMachine {
  /** `host:port` of an endpoint that entries may name, as proxy reaches it */
  echo: string
}

export interface StartOptions {
  /** Of the load balancer; default: the customary one where it is free */
  port?: number
  /** The same for the site */
  sitePort?: number
  /** Whether there is a site; default: yes */
  site?: boolean
}

/** What the report calls it */
const subject = "local cloud"

/** Uses the platform that is up beside this command, or starts one for it. */
export async function useMachine(repository: Repository, progress: Progress): Promise<LocalMachine> {
  const endpoint = await endpointOfRunning(repository)
  if (!endpoint) return startMachine(repository, progress)
  progress.done(subject, "the one that is up")
  const built = made(repository)
  return { ...(await machineAt(repository, endpoint, built, async () => {})), own: false }
}

/** Starts PostgreSQL, ministack and a local cloud. What has been started is ended when a later part does not start. */
export async function startMachine(
  repository: Repository,
  progress: Progress,
  { port, sitePort, site = true }: StartOptions = {},
): Promise<StartedMachine> {
  progress.status(subject, "starting PostgreSQL and ministack")
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
      startMinistack(join(stateFolder(repository), "ministack", "bin", "python")),
    ])
    for (const part of [postgres, ministack]) if (part.status === "fulfilled") started.push(part.value.close)
    if (postgres.status === "rejected") throw postgres.reason
    if (ministack.status === "rejected") throw ministack.reason

    const driver = processDriver(images)
    started.push(driver.close)
    const echo = await startEcho()
    started.push(echo.close)
    const cloud = await startCloud({
      platform: repository.platform,
      driver,
      ministackUrl: ministack.value.url,
      databaseUrl: postgres.value.url,
      echo: echo.address,
      port,
      site: site ? { port: sitePort } : undefined,
    })
    started.push(cloud.close)
    progress.done(subject, addresses(cloud.infrastructure, { port, sitePort }))
    const built = made(repository, images)
    return { ...(await machineAt(repository, cloud.endpoint, built, close)), echo: echo.address }
  } catch (error) {
    await close()
    throw error
  }
}

export function imagesOf(repository: Repository): ImageStore {
  const state = stateFolder(repository)
  return imageStore(join(state, "images"), join(state, "uv", "bin", "uv"))
}

/** Builds into the machine's images, which its tasks are started from. */
export const buildOf = (repository: Repository, images = imagesOf(repository)): BuildImages =>
  buildSideBySide(repository.platform, async (service) => (await images.build(repository, service)).version)

/** What is made of a working copy, with or without an engine. */
type Made = Pick<Artifacts, "images" | "site" | "migrations">

const made = (repository: Repository, images = imagesOf(repository)): Made => ({
  images: buildOf(repository, images),
  site: async (progress) => openFolder(await buildSite(repository, progress)),
  migrations: () => readMigrations(repository, images),
})

/** A machine whose cloud answers at an endpoint. */
export async function machineAt(
  repository: Repository,
  endpoint: string,
  built: Made,
  close: () => Promise<void>,
): Promise<LocalMachine> {
  const { platform } = repository
  const aws = connect({ region: platform.region, endpoint, credentials: localCredentials })
  const infrastructure = await readInfrastructure(aws, platform, "local")
  const target: Target = { environment: "local", platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 }
  const versions = planImages(platform, (service) => versionOf(join(repository.root, "services"), service))
  const artifacts = { ...built, versions, secrets: {} }
  return { target, artifacts, close, endpoint, own: true }
}

/** Where it serves, and which of the customary ports were taken when nobody asked for another. */
function addresses({ publicUrl, site }: Infrastructure, { port, sitePort }: StartOptions): string {
  const offered: [number, string | undefined, number | undefined][] = [
    [customaryPorts.site, site?.url, sitePort],
    [customaryPorts.api, publicUrl, port],
  ]
  const taken = offered
    .filter(([customary, url, wanted]) => url && wanted === undefined && new URL(url).port !== String(customary))
    .map(([customary]) => customary)
  const remark = taken.length > 0 ? ` (in use: ${taken.join(", ")})` : ""
  return `serves ${site ? `${site.url}, API at ` : ""}${publicUrl}${remark}`
}
