import fc from "fast-check"
import { test } from "vitest"
import { follow } from "./follow.ts"
import { schedule } from "./schedule.ts"

/** `npm run test:faults -- --seeds 500 --from 7` sets both. */
const seeds = Number(process.env.FAULT_SEEDS ?? 50)
const from = Number(process.env.FAULT_FROM ?? 1)

test.each(Array.from({ length: seeds }, (_, index) => from + index))(
  "a deploy with the faults of seed %i ends complete and verified, or as before, and the next one succeeds",
  async (seed) => {
    await fc.assert(fc.asyncProperty(schedule, follow), {
      seed,
      numRuns: 1,
      // Biased, the first run of a seed would be much like that of any other.
      unbiased: true,
      includeErrorInReport: true,
    })
  },
)
