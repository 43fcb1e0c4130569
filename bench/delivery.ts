import { appendFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { deploy } from "../dagger/delivery/deploy.ts"
import { describeServices } from "../dagger/delivery/ecs/services.ts"
import { openLocal, type LocalEnvironment } from "../dagger/commands/environment.ts"
import { nodeRunner } from "../dagger/node/runner.ts"
import { copyPlatform } from "../dagger/test/platform-copy.ts"
import { median, type Figure } from "./figure.ts"
import { silent } from "./silent.ts"

/** Four services against the slowest alone, and how soon after the breaker the cause is on the screen. */
export async function measureDelivery(): Promise<Figure[]> {
  const copy = await copyPlatform()
  const environment = await openLocal(nodeRunner(copy, { ...silent, close() {} }), { site: false }, silent)
  try {
    await deploy(environment.target, await environment.artifacts(), silent)
    return [...(await sideBySide(environment, copy)), ...(await causeAfterBreaker(environment, copy))]
  } finally {
    await environment.close()
    await rm(copy, { recursive: true, force: true })
  }
}

/** Medians of as many rounds, as a target group's checks come in whole seconds and move a single run by one. */
const rounds = 3

async function sideBySide(environment: LocalEnvironment, copy: string): Promise<Figure[]> {
  const slowest = async (changed: string) => {
    await appendFile(join(copy, "services", changed), `# ${performance.now()}\n`)
    const { services } = await deploy(environment.target, await environment.artifacts(), silent)
    return Math.max(...services.map(({ seconds }) => seconds))
  }
  const usual = async (changed: string) => {
    const seconds: number[] = []
    for (let round = 0; round < rounds; round++) seconds.push(await slowest(changed))
    return median(seconds)
  }
  const alone: number[] = []
  for (const { name } of environment.target.platform.services) alone.push(await usual(`${name}/app/main.py`))
  const four = await usual("common/cathouse_common/__init__.py")
  const one = Math.max(...alone)
  return [
    ["rollout of the slowest service alone", `${one.toFixed(1)} s`, "none", true],
    ["rollout of four side by side", `${four.toFixed(1)} s`, "none", true],
    ["four / the slowest alone", (four / one).toFixed(2), "1.25", four / one <= 1.25],
  ]
}

async function causeAfterBreaker(environment: LocalEnvironment, copy: string): Promise<Figure[]> {
  const { target, artifacts } = environment
  await appendFile(join(copy, "services/catalog/app/main.py"), 'raise SystemExit("broken for the benchmark")\n')
  let told = Infinity
  const line = (_subject: string, text: string) => {
    if (text.includes("exited with 1")) told = Math.min(told, Date.now())
  }
  await deploy(target, await artifacts(), { ...silent, line }).catch(() => undefined)
  const catalog = (await describeServices(target, ["catalog"])).get("catalog")
  const fired =
    catalog?.events?.find(({ message }) => message?.includes("deployment failed"))?.createdAt?.getTime() ?? 0
  const seconds = (told - fired) / 1000
  const { pollSeconds } = target
  return [
    [
      "breaker fired to cause on the screen",
      `${seconds.toFixed(2)} s`,
      `one poll, ${pollSeconds} s`,
      seconds <= pollSeconds,
    ],
  ]
}
