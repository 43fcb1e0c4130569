import fc from "fast-check"
import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { currentLock } from "../../delivery/lock/lock.ts"
import { listDeployments } from "../../delivery/records/record.ts"
import { Failure } from "../../platform/failure.ts"
import { parsePlatform, type Environment } from "../../platform/manifest.ts"
import { manifest } from "../platform/manifests.ts"
import { silent, stage, version, versionsOf, type Behaviour } from "../delivery/stage.ts"
import { faultKinds, inject, type Fault } from "./faults.ts"

/** `npm run test:faults -- --seeds 500 --from 7` sets both. */
const seeds = Number(process.env.FAULT_SEEDS ?? 50)
const from = Number(process.env.FAULT_FROM ?? 1)

const names = ["auth", "catalog", "installation", "proxy"]

const behaviours: Record<string, Behaviour> = {
  good: {},
  crashes: { exitsWith: 1 },
  unhealthy: { status: 500 },
  missing: { missing: true },
  another: { claims: "another version" },
}

interface Schedule {
  changed: string[]
  becomes: string
  strategy: Environment["strategy"]
  bakeSeconds: number
  faults: Fault[]
}

const schedule: fc.Arbitrary<Schedule> = fc.record({
  changed: fc.subarray(names, { minLength: 1 }),
  becomes: fc.constantFrom(...Object.keys(behaviours)),
  strategy: fc.constantFrom<Environment["strategy"]>(
    { type: "rolling" },
    { type: "rolling" },
    { type: "canary", percent: 20, minutes: 1 },
    { type: "blue-green", minutes: 1 },
  ),
  bakeSeconds: fc.constantFrom(0, 20),
  // A deploy makes some 150 calls; the SDK repeats one three times.
  faults: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...faultKinds), at: fc.nat(250) }), {
    maxLength: 5,
    selector: ({ at }) => at,
  }),
})

/** A deploy, with faults, of a platform that serves; then another one without. */
async function follow({ changed, becomes, strategy, bakeSeconds, faults }: Schedule): Promise<void> {
  const parsed = parsePlatform(manifest())
  const environments = parsed.environments.map((one) => ({ ...one, strategy, bakeSeconds }))
  const { target, clock } = await stage(behaviours, { platform: { ...parsed, environments } })
  target.pollSeconds = 2
  await deploy(target, version("first"), silent)
  const before = await versionsOf(target)
  const after = { ...before, ...Object.fromEntries(changed.map((name) => [name, `${becomes} × 1`])) }

  const layer = await inject(target.aws, faults, (seconds) => clock.pass(seconds))
  const others = Object.fromEntries(changed.map((name) => [name, becomes]))
  const ended: unknown = await deploy(target, version("first", others), silent).then(
    () => "succeeded",
    (error: unknown) => error,
  )
  layer.end()
  const told = `${ended instanceof Error ? ended.message : String(ended)}\nfaults: ${layer.happened.join("; ") || "none"}`

  const running = await versionsOf(target)
  if (ended === "succeeded") {
    expect(becomes, told).toBe("good")
    expect(running, told).toEqual(after)
  } else {
    expect(ended, told).toBeInstanceOf(Failure)
    expect((ended as Failure).outcome, told).toMatch(/^(refused|rolled-back)$/)
    expect(running, told).toEqual(before)
    if (layer.happened.length === 0) expect(becomes, told).not.toBe("good")
  }
  const lock = await currentLock(target)
  expect(lock, told).toBeUndefined()

  await deploy(target, version("last"), silent)
  expect(Object.values(await versionsOf(target)), told).toEqual(names.map(() => "last × 1"))
  expect((await listDeployments(target))[0], told).toBeGreaterThanOrEqual(2)
}

test(
  `${seeds} deploys with faults end complete and verified, or as before; and the next one succeeds`,
  { timeout: 1_800_000 },
  async () => {
    await fc.assert(fc.asyncProperty(schedule, follow), { seed: from, numRuns: seeds, endOnFailure: false })
  },
)
