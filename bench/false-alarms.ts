import { appendFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { openLocal } from "../dagger/commands/environment.ts"
import { deploy } from "../dagger/delivery/deploy.ts"
import { startTraffic } from "../dagger/delivery/rollback-verify/traffic.ts"
import { nodeRunner } from "../dagger/node/runner.ts"
import { messageOf } from "../dagger/platform/failure.ts"
import { copyPlatform } from "../dagger/test/platform-copy.ts"
import { median, type Figure } from "./figure.ts"
import { silent } from "./silent.ts"

const bakeSeconds = 5

/** How many of so many good deploys are put back that are watched while all services are called, and what the watch costs besides. */
export async function measureFalseAlarms(deploys: number): Promise<Figure[]> {
  const copy = await copyPlatform()
  const environment = await openLocal(nodeRunner(copy, { ...silent, close() {} }), { site: false }, silent)
  const { target, artifacts } = environment
  const deployOne = async (bake: number): Promise<number> => {
    for (const one of target.platform.environments) one.bakeSeconds = bake
    await appendFile(join(copy, "services", "catalog", "app", "main.py"), `# ${performance.now()}\n`)
    const made = await artifacts()
    const from = performance.now()
    await deploy(target, made, silent)
    return (performance.now() - from) / 1000
  }
  try {
    await deployOne(0)
    const traffic = startTraffic(
      target,
      target.platform.services.map(({ name }) => name),
    )
    const unwatched = [await deployOne(0), await deployOne(0), await deployOne(0)]
    const watched: number[] = []
    const putBack: string[] = []
    for (let number = 0; number < deploys; number++)
      await deployOne(bakeSeconds).then(
        (seconds) => watched.push(seconds),
        (error) => putBack.push(messageOf(error)),
      )
    const tallies = [...(await traffic.stop()).values()]
    for (const message of putBack) console.error(message)
    const sum = (key: "requests" | "failed") => tallies.reduce((total, { [key]: one }) => total + one, 0)
    const costs = median(watched) - median(unwatched) - bakeSeconds
    return [
      [`good deploys put back, of ${deploys} under load`, String(putBack.length), "0", putBack.length === 0],
      ["requests meanwhile, failed", `${sum("requests")}, ${sum("failed")}`, "0 failed", sum("failed") === 0],
      [`a watched deploy, beyond its bake time of ${bakeSeconds} s`, `${costs.toFixed(1)} s`, "1 s", costs <= 1],
    ]
  } finally {
    await environment.close()
    await rm(copy, { recursive: true, force: true })
  }
}
