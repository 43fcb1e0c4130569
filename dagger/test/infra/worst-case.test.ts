import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { shiftSeconds } from "../../delivery/ecs/strategy.ts"
import { openRepository } from "../../platform/repository.ts"
import { repositoryRoot } from "../platform-copy.ts"

const read = (path: string): Promise<string> => readFile(join(repositoryRoot, path), "utf8")

/** Minutes that nothing here bounds: images that are built, and what GitHub needs itself. */
const building = 20

/** A deploy's worst case, in minutes, of the limits that each of its steps has. */
async function worstCase(): Promise<number> {
  const { platform } = await openRepository(repositoryRoot)
  const shift = Math.max(...platform.environments.map(({ strategy }) => shiftSeconds(strategy)))
  const rollOut = 2 * (platform.rollout.timeoutSeconds + shift) // as watch.ts gives up on ECS
  const stopped = 180 // run-migration.ts, of a migration that took too long
  const migration = platform.migration!.timeoutSeconds + stopped
  const invalidation = 15 * 60 // invalidation.ts
  const verification = platform.verification.attempts * platform.verification.intervalSeconds
  const settle = rollOut
  const forth = rollOut + verification + invalidation + verification
  const bake = Math.max(...platform.environments.map(({ bakeSeconds }) => bakeSeconds))
  const back = rollOut + verification + invalidation + verification
  return (settle + migration + forth + bake + back) / 60
}

interface Workflow {
  jobs: Record<string, { "timeout-minutes": number }>
}

test.each(["staging", "production"])("the job that deploys to %s is not cut off while it puts back", async (environment) => {
  const { jobs } = parse(await read(`.github/workflows/deploy-${environment}.yml`)) as Workflow
  expect(jobs.deploy!["timeout-minutes"]).toBeGreaterThanOrEqual((await worstCase()) + building)
})

test("the deployer's session may last as long, where it is not renewed", async () => {
  const [, seconds] = /max_session_duration = (\d+)/.exec(await read("infra/environment/iam-deployer.tf"))!
  expect(Number(seconds) / 60).toBeGreaterThanOrEqual(await worstCase())
})

test("Terraform's limits for alarms are the manifest's own where it gives none", async () => {
  const { platform } = await openRepository(repositoryRoot)
  const alarms = await read("infra/environment/alarms.tf")
  for (const limit of ["failedShare", "p95Seconds"] as const)
    expect(alarms).toContain(`try(local.platform.limits.${limit}, ${platform.limits[limit]})`)
})
