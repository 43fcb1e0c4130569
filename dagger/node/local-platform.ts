import { join } from "node:path"
import type { LocalCloudOptions, OpenCloud } from "../commands/runner.ts"
import { startCloud } from "../local-cloud/cloud.ts"
import { startEcho } from "../local-cloud/echo.ts"
import { customaryPorts, ifFree } from "../local-cloud/ports.ts"
import { refused } from "../platform/failure.ts"
import type { Infrastructure } from "../platform/infrastructure.ts"
import type { Progress } from "../platform/progress.ts"
import { isDatabaseUrl } from "../platform/schema/secret.ts"
import type { Repository } from "../platform/repository.ts"
import { openKeptData } from "./kept-data.ts"
import type { ImageStore } from "./packages/images.ts"
import { startMinistack } from "./processes/ministack.ts"
import { startPostgres } from "./processes/postgres.ts"
import { processDriver } from "./processes/process-driver.ts"
import { ownState } from "./state-folder.ts"
import { claim, endpointOfRunning } from "./up-record.ts"

/** What the progress calls it */
const subject = "local cloud"

/** Finds the local cloud of the platform that is up beside this command, or starts one. */
export async function openLocalCloud(
  repository: Repository,
  images: ImageStore,
  { start = true, claim: staysUp = false, ...options }: LocalCloudOptions,
  progress: Progress,
): Promise<OpenCloud> {
  if (staysUp) {
    const release = await claim(repository.root)
    return startLocalCloud(repository, images, options, progress, release)
  }
  const endpoint = await endpointOfRunning(repository.root)
  if (endpoint) {
    progress.done(subject, "the one that is up")
    return { endpoint, own: false, close: async () => {} }
  }
  if (start) return startLocalCloud(repository, images, options, progress)
  throw refused("no platform is up on this machine.", "Start one with npm start, or name --env staging.")
}

/** Starts PostgreSQL, ministack and a local cloud. What has been started is ended when a later part does not start. */
async function startLocalCloud(
  repository: Repository,
  images: ImageStore,
  { port, sitePort, site = true, keep = false }: Pick<LocalCloudOptions, "port" | "sitePort" | "site" | "keep">,
  progress: Progress,
  release?: () => Promise<void>,
): Promise<OpenCloud & { echo: string }> {
  progress.status(subject, "starting PostgreSQL and ministack, building images")
  const started: (() => Promise<void>)[] = release ? [release] : []
  const closeAll = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  let closed: Promise<void> | undefined
  const close = () => (closed ??= closeAll())
  try {
    const kept = keep ? await openKeptData(repository) : undefined
    const { platform, root } = repository
    const hasDatabase = Object.values(platform.secrets).some(isDatabaseUrl)
    const [postgres, ministack, built] = await Promise.allSettled([
      hasDatabase
        ? startPostgres({ kept: kept && { folder: kept.folder, password: kept.databasePassword } })
        : noDatabase,
      startMinistack(join(ownState, "ministack", "bin", "python")),
      Promise.all(platform.services.map((service) => images.build(root, service))),
    ])
    for (const part of [postgres, ministack]) if (part.status === "fulfilled") started.push(part.value.close)
    if (postgres.status === "rejected") throw postgres.reason
    if (ministack.status === "rejected") throw ministack.reason
    if (built.status === "rejected") throw built.reason

    const driver = processDriver(images)
    started.push(driver.close)
    const echo = await startEcho({ port: kept ? await ifFree(kept.echoPort) : 0 })
    started.push(echo.close)
    const cloud = await startCloud({
      platform,
      driver,
      ministackUrl: ministack.value.url,
      databaseUrl: postgres.value.url,
      secrets: kept?.secrets,
      echo: echo.address,
      port,
      site: site && platform.site ? { port: sitePort } : undefined,
    })
    started.push(cloud.close)
    progress.done(subject, addresses(cloud.infrastructure, { port, sitePort }))
    return { endpoint: cloud.endpoint, echo: echo.address, own: true, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Of a platform that has none */
const noDatabase = { url: "", close: async () => {} }

/** Where it serves, and which of the customary ports were taken when nobody asked for another. */
function addresses({ publicUrl, site }: Infrastructure, { port, sitePort }: LocalCloudOptions): string {
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
