import { setTimeout as sleep } from "node:timers/promises"
import { breakages } from "../../delivery/rollback-verify/breakage.ts"
import { deploy } from "../../delivery/deploy.ts"
import { rollback } from "../../delivery/rollback.ts"
import { rollbackVerify } from "../../delivery/rollback-verify/rollback-verify.ts"
import type { Environment } from "../../platform/manifest.ts"
import { silent } from "../../../bench/silent.ts"
import type { OpenPlatform } from "./platform.ts"
import { startWrites } from "./writes.ts"

/** What happens under load. */
export interface Scenario {
  name: string
  /** The services that may fail their users meanwhile, and only then */
  mayFail: string[]
  /** Returns what there is to tell of it. Throws where it did not end as it should. */
  run(platform: OpenPlatform): Promise<string>
}

const service = "catalog"

/** Seconds for which the database is gone */
const outage = 5

async function deployChange({ target, artifacts, change }: OpenPlatform, strategy: Environment["strategy"]) {
  for (const one of target.platform.environments) one.strategy = strategy
  await change(service)
  await deploy(target, await artifacts(), silent)
  return "deployed"
}

export const scenarios: Scenario[] = [
  { name: "a good deploy", mayFail: [], run: (platform) => deployChange(platform, { type: "rolling" }) },
  {
    name: "the rollback of a good deploy",
    mayFail: [],
    run: async ({ target }) => `back to deployment ${(await rollback(target, undefined, silent)).restored}`,
  },
  {
    name: "a canary of 10 % for a minute",
    mayFail: [],
    run: (platform) => deployChange(platform, { type: "canary", percent: 10, minutes: 1 }),
  },
  ...breakages.map((breakage): Scenario => ({
    name: `breakage ${breakage}`,
    mayFail: [service],
    async run({ target, artifacts }) {
      for (const one of target.platform.environments) one.strategy = { type: "rolling" }
      const [trial] = await rollbackVerify(target, await artifacts(), { service, breakage }, silent)
      return `noticed by ${trial!.noticed}`
    },
  })),
  {
    name: `PostgreSQL killed, back ${outage} s later`,
    mayFail: ["auth", "catalog", "installation", "proxy"],
    run: withoutDatabase,
  },
]

async function withoutDatabase({ target, database }: OpenPlatform): Promise<string> {
  const writes = await startWrites(target.infrastructure.publicUrl)
  await sleep(3_000)
  await database.crash()
  await sleep(outage * 1000)
  const [before, restarted] = [writes.acknowledged(), performance.now()]
  await database.start()
  while (writes.acknowledged() === before) {
    if (performance.now() - restarted > 60_000) throw new Error("no write is taken a minute after the database is back")
    await sleep(100)
  }
  const seconds = ((performance.now() - restarted) / 1000).toFixed(1)
  await sleep(3_000)
  const lost = await writes.stop()
  if (lost > 0) throw new Error(`${lost} acknowledged writes are lost`)
  return `${writes.acknowledged()} writes acknowledged, 0 lost, ${writes.refused()} refused; taken again after ${seconds} s`
}
