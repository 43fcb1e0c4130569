import { expect, test } from "vitest"
import { until, type Pace } from "../../delivery/poll.ts"
import { manualClock } from "../local-cloud/ecs/manual-clock.ts"

/** Looks until the third look, and tells when each was. */
async function looks(pace: Pace, enough = 3) {
  const clock = manualClock()
  const start = clock.now()
  const at: number[] = []
  const sleep = (milliseconds: number) => clock.pass(milliseconds / 1000)
  const look = async () => at.push((clock.now() - start) / 1000)
  const seen = await until({ now: clock.now, sleep }, pace, look, (count) => count === enough)
  return { seen, at }
}

test.each<[string, Pace, { seen: number; at: number[] }]>([
  ["without a limit, it looks until it is done", { everySeconds: 2 }, { seen: 3, at: [0, 2, 4] }],
  [
    "as many looks as are allowed, and no pause after the last",
    { everySeconds: 2, attempts: 2 },
    { seen: 2, at: [0, 2] },
  ],
  ["a look at the end of the time", { everySeconds: 2, forSeconds: 1 }, { seen: 2, at: [0, 2] }],
  ["a first look in any case", { everySeconds: 2, forSeconds: 0 }, { seen: 1, at: [0] }],
])("%s", async (_, pace, expected) => expect(await looks(pace)).toEqual(expected))

test("what is there at once is not waited for", async () =>
  expect(await looks({ everySeconds: 2 }, 1)).toEqual({ seen: 1, at: [0] }))
