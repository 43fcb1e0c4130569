import fc from "fast-check"
import { test } from "vitest"

/** As many seeds as the variable of `npm run test:faults` says, from FAULT_FROM on. */
export function seedsOf(variable: string, usual: number): number[] {
  const from = Number(process.env.FAULT_FROM ?? 1)
  return Array.from({ length: Number(process.env[variable] ?? usual) }, (_, index) => from + index)
}

/** A test of each seed's schedule; the one that fails is shrunk to a smallest one. */
export function testSeeds<Schedule>(
  title: string,
  seeds: number[],
  schedule: fc.Arbitrary<Schedule>,
  follow: (schedule: Schedule) => Promise<void>,
): void {
  test.each(seeds)(title, async (seed) => {
    await fc.assert(fc.asyncProperty(schedule, follow), {
      seed,
      numRuns: 1,
      // Biased, the first run of a seed would be much like that of any other.
      unbiased: true,
      includeErrorInReport: true,
    })
  })
}
