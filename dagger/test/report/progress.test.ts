import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { logProgress } from "../../report/progress.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test("a log tells every five seconds what is being waited for, and nothing of what has ended", () => {
  const lines: string[] = []
  const progress = logProgress((line) => lines.push(line.trim()))
  progress.status("site", "installing its packages")
  progress.status("auth", "starting")
  progress.done("auth", "serves")
  vi.advanceTimersByTime(11_000)
  expect(lines).toEqual([
    "0.0 s  site: installing its packages",
    "0.0 s  auth: starting",
    "0.0 s  auth: serves",
    "5.0 s  site: installing its packages (5 s)",
    "10.0 s  site: installing its packages (10 s)",
  ])
  progress.status("site", "exporting")
  vi.advanceTimersByTime(4000)
  progress.line("auth", "a line of its log")
  vi.advanceTimersByTime(4000)
  expect(lines.slice(5)).toEqual(["11.0 s  site: exporting", "15.0 s  auth: a line of its log"])
  progress.close()
  vi.advanceTimersByTime(60_000)
  expect(lines).toHaveLength(7)
})
