import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { currentLock } from "../../delivery/lock/lock.ts"
import { seen } from "../docs/failure-table.ts"
import { silent, stage, version, versionsOf } from "../delivery/stage.ts"
import { startDeployer, type Interruption } from "./deployer.ts"

const all = (version: string) => ({ auth: version, catalog: version, installation: version, proxy: version })

/** A deploy of `bbb` where `aaa` runs, whose credentials expire at the first call of an operation. */
async function deployUntil(at: Interruption["at"]) {
  const { target, endpoint, clock } = await stage()
  await deploy(target, version("aaa"), silent)
  const deployer = await startDeployer(target, endpoint, {
    faults: [],
    interruption: { kind: "expired", at },
    skewSeconds: 0,
  })
  const since = clock.now()
  const failure = await deploy(deployer.target, version("bbb"), silent).catch((error: unknown) => error)
  return { target, failure, seconds: (clock.now() - since) / 1000 }
}

test("[migrate-unwatched] credentials that expire while a migration runs end the deploy, which says what is not known", async () => {
  const { target, failure } = await deployUntil("DescribeTasks")
  expect(String(failure)).toMatch(seen())
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("a call that fails before the roll-out refuses the deploy, whichever it is", async () => {
  const { target, failure } = await deployUntil("RegisterTaskDefinition")
  expect(failure).toMatchObject({ outcome: "refused", message: expect.stringContaining("expired") })
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
})

test("[credentials-expire] a roll-out whose credentials expire is not waited for, and the next deploy takes over", async () => {
  const { target, failure, seconds } = await deployUntil("DescribeServiceDeployments")
  expect(String(failure)).toMatch(seen())
  // Nobody could stop or put back what ECS does by itself.
  expect(seconds).toBeLessThan(target.platform.rollout.timeoutSeconds)
  await target.clock.sleep(Date.parse((await currentLock(target))!.value.expiresAt) - target.clock.now())
  await deploy(target, version("ccc"), silent)
  expect(await versionsOf(target)).toEqual(all("ccc × 1"))
})
