import { expect, test } from "vitest"
import { slowestFiles } from "./slowest.ts"

test("the files that took longest come first, and no more than were asked for", () => {
  const suites = [
    ["short.test.ts", "0.25"],
    ["longest.test.ts", "120.5"],
    ["long.test.ts", "9.75"],
  ].map(([name, time]) => `<testsuite name="${name}" time="${time}"><testcase name="a"/></testsuite>`)
  const report = `<?xml version="1.0"?><testsuites name="vitest tests" time="130">${suites.join("")}</testsuites>`
  expect(slowestFiles(report, 2)).toEqual(["  120.5 s  longest.test.ts", "    9.8 s  long.test.ts"])
  for (const empty of ["", '<testsuites name="vitest tests"></testsuites>']) expect(slowestFiles(empty)).toEqual([])
})
