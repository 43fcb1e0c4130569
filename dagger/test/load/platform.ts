import { appendFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { inLocalCloud } from "../../commands/environment.ts"
import { deploy } from "../../delivery/deploy.ts"
import { startCloud } from "../../local-cloud/cloud.ts"
import { startEcho } from "../../local-cloud/echo.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { imagesOf } from "../../node/packages/images.ts"
import { startMinistack } from "../../node/processes/ministack.ts"
import { processDriver } from "../../node/processes/process-driver.ts"
import { nodeRunner } from "../../node/runner.ts"
import { silent } from "../../../bench/silent.ts"
import { copyPlatform, repositoryRoot } from "../platform-copy.ts"
import { startDatabase } from "./database.ts"

/** A copy of the platform, up and deployed in a local cloud, with a database that can be stopped. */
export async function openPlatform() {
  const started: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  try {
    const root = await copyPlatform()
    started.push(() => rm(root, { recursive: true, force: true }))
    const runner = nodeRunner(root, { ...silent, close() {} })
    const { platform } = await runner.repository()
    const database = await startDatabase()
    started.push(database.close)
    const ministack = await startMinistack(join(repositoryRoot, ".cathouse", "ministack", "bin", "python"))
    started.push(ministack.close)
    const driver = processDriver(imagesOf(root))
    started.push(driver.close)
    const echo = await startEcho()
    started.push(echo.close)
    const cloud = await startCloud({
      platform,
      driver,
      ministackUrl: ministack.url,
      databaseUrl: database.url,
      echo: echo.address,
      port: await freePort(),
    })
    started.push(cloud.close)
    const { target, artifacts } = await inLocalCloud(runner, cloud)
    await deploy(target, await artifacts(), silent)
    return {
      target,
      artifacts,
      database,
      close,
      /** Makes another version of a service. */
      change: (service: string) =>
        appendFile(join(root, "services", service, "app", "main.py"), `# ${performance.now()}\n`),
    }
  } catch (error) {
    await close()
    throw error
  }
}

export type OpenPlatform = Awaited<ReturnType<typeof openPlatform>>
