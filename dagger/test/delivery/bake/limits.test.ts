import fc from "fast-check"
import { expect, test } from "vitest"
import { breaches, type Observed } from "../../../delivery/bake/limits.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"

const { limits } = parsePlatform(manifest())

const observed = (figures: Partial<Observed>): Observed => ({ requests: 0, failed: 0, errors: 0, ...figures })
const good = observed({ requests: 400, p95: 0.03 })

test.each<[string, Observed, Observed, string[]]>([
  [
    "a share of failed requests",
    good,
    observed({ requests: 90, failed: 12, p95: 0.03 }),
    ["12 of 90 requests failed (13.3 %); before 0 of 400 (0 %); the limit is 5 %"],
  ],
  ["as many failed before", observed({ requests: 400, failed: 60 }), observed({ requests: 90, failed: 12 }), []],
  ["a few failed", good, observed({ requests: 20, failed: 4, p95: 0.03 }), []],
  [
    "requests that nothing answered",
    good,
    observed({ requests: 0, failed: 9 }),
    ["9 of 0 requests failed (100 %); before 0 of 400 (0 %); the limit is 5 %"],
  ],
  [
    "slower",
    good,
    observed({ requests: 90, p95: 0.4 }),
    ["95 of 100 requests took up to 0.400 s; before 0.030 s; the limit is 3 times as long"],
  ],
  ["slower by what nobody feels", good, observed({ requests: 90, p95: 0.2 }), []],
  ["slower for too few to tell", good, observed({ requests: 19, p95: 9 }), []],
  [
    "too slow, with nothing to compare",
    observed({}),
    observed({ requests: 90, p95: 2.5 }),
    ["95 of 100 requests took up to 2.50 s; nothing to compare with; the limit is 2.00 s"],
  ],
  [
    "too slow, where it had been slow already",
    observed({ requests: 90, p95: 1.9 }),
    observed({ requests: 90, p95: 2.5 }),
    ["95 of 100 requests took up to 2.50 s; before 1.90 s; the limit is 2.00 s"],
  ],
  [
    "memory",
    observed({ ...good, memory: 0.4 }),
    observed({ ...good, memory: 0.97 }),
    ["a task used 97 % of its memory; before 40 %; the limit is 90 %"],
  ],
  ["memory that was as full before", observed({ ...good, memory: 0.95 }), observed({ ...good, memory: 0.97 }), []],
  [
    "errors in the log",
    observed({ ...good, errors: 2 }),
    observed({ ...good, errors: 14 }),
    ["14 errors in its log; before 2 in the same time"],
  ],
  ["a few errors more", observed({ ...good, errors: 2 }), observed({ ...good, errors: 11 }), []],
])("%s", (_, before, now, lines) => {
  expect(breaches(before, now, limits)).toEqual(lines)
})

const anything = fc.record({
  requests: fc.nat(1000),
  failed: fc.nat(1000),
  errors: fc.nat(1000),
  p95: fc.option(fc.double({ min: 0, max: 60, noNaN: true }), { nil: undefined }),
  memory: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
})

test("what is as it was, or better, is never put back", () => {
  fc.assert(
    fc.property(anything, (figures) => {
      const before = { ...figures, requests: figures.requests + figures.failed }
      const comparable = before.p95 === undefined || before.requests >= 20
      const found = breaches(before, before, limits)
      expect(comparable ? found : found.filter((line) => !line.includes("nothing to compare"))).toEqual([])
    }),
  )
})
