import fc from "fast-check"
import type { Environment } from "../../platform/manifest.ts"
import type { Behaviour } from "../delivery/stage.ts"
import { interruptionKinds, type Conditions } from "./deployer.ts"
import { faultKinds } from "./faults.ts"

export const names = ["auth", "catalog", "installation", "proxy"]

/** What a changed service may turn out to be. */
export const behaviours: Record<string, Behaviour> = {
  good: {},
  crashes: { exitsWith: 1 },
  unhealthy: { status: 500 },
  missing: { missing: true },
  another: { claims: "another version" },
}

/** A deploy, and what happens meanwhile. */
export interface Schedule extends Conditions {
  changed: string[]
  /** Whether the website changes, too */
  changesSite: boolean
  becomes: string
  /** Whether a secret gets a new value */
  rotates: boolean
  strategy: Environment["strategy"]
  bakeSeconds: number
}

// A deploy makes some 200 calls; the SDK repeats one three times.
const call = fc.nat(250)

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  changed: fc.subarray(names, { minLength: 1 }),
  changesSite: fc.boolean(),
  becomes: fc.constantFrom("good", "good", ...Object.keys(behaviours)),
  rotates: fc.boolean(),
  strategy: fc.constantFrom<Environment["strategy"]>(
    { type: "rolling" },
    { type: "rolling" },
    { type: "canary", percent: 20, minutes: 1 },
    { type: "blue-green", minutes: 1 },
  ),
  bakeSeconds: fc.constantFrom(0, 20),
  faults: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...faultKinds), at: call }), {
    maxLength: 5,
    selector: ({ at }) => at,
  }),
  interruption: fc.option(fc.record({ kind: fc.constantFrom(...interruptionKinds), at: call }), {
    freq: 2,
    nil: undefined,
  }),
  skewSeconds: fc.constantFrom(0, 0, 600, -600),
})
