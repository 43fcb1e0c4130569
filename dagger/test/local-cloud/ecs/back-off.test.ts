import { expect, test } from "vitest"
import { deploy, running, type World } from "./world.ts"

const missing = { failsToStart: "CannotPullContainerError: not found", startsAfter: 0 }
const crash = { exitsAfter: 1, exitCode: 1, startsAfter: 0 }

/** The seconds between the starts of containers, the good one's left out. */
function gaps(cats: World): number[] {
  const times = cats.starts().slice(1)
  return times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)))
}

test("tasks that never run are held back: 1 s after the second failure, doubling up to 15 min", () => {
  const cats = running({ missing }, { deploymentConfiguration: {} })
  deploy(cats, "missing")
  cats.pass(5000)
  expect(gaps(cats)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  expect(cats.events()).toContain("(service auth) is unable to consistently start tasks successfully.")
})

test("a task that ran and crashed is replaced at once", () => {
  const cats = running({ crash }, { deploymentConfiguration: {} })
  deploy(cats, "crash")
  cats.pass(6)
  expect(gaps(cats)).toEqual([1, 1, 1, 1, 1, 1])
})

test("a new task definition is not held back by the failures of the one before", () => {
  const cats = running({ missing }, { deploymentConfiguration: {} })
  deploy(cats, "missing")
  cats.pass(1000)
  const before = cats.starts().length
  deploy(cats, "good")
  expect(cats.starts()).toHaveLength(before + 1)
})
