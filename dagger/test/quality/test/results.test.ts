import { expect, test } from "vitest"
import { failureOf, resultOf, testSummary } from "../../../quality/test/results.ts"

const junit = `<?xml version="1.0"?><testsuites><testsuite name="catalog" errors="1" failures="1" skipped="1" tests="4" time="2.5">
<testcase classname="tests.test_entries" name="test_a_slug[a/&lt;b&gt;]" time="0.1" />
<testcase classname="catalog.tests.test_entries" name="test_taken" time="0.1"><failure message="AssertionError: assert 200 == &quot;409&quot;&#10;  more">trace
</failure></testcase>
<testcase classname="" name="tests.test_broken" time="0.0"><error message="collection failure">trace</error></testcase>
<testcase classname="tests.test_entries" name="test_later" time="0"><skipped message="later" /></testcase>
</testsuite></testsuites>`
const coverage = `<?xml version="1.0" ?><coverage version="7" lines-valid="8" line-rate="0.875" branch-rate="1">`
const failed = resultOf({ suite: "catalog", exitCode: 1, output: "", junit, coverage })

test("a suite's reports are read: what passed, failed and was skipped, and what is covered", () => {
  expect(failed).toEqual({
    suite: "catalog",
    passed: 1,
    skipped: 1,
    seconds: 2.5,
    covered: 87.5,
    failures: [
      { name: "catalog.tests.test_entries::test_taken", message: 'AssertionError: assert 200 == "409"' },
      { name: "catalog.tests.test_broken", message: "collection failure" },
    ],
  })
})

test("the failed tests' names come first", () => {
  const failure = failureOf([failed], testSummary([failed], "a database"), "Reports: here")
  expect(failure?.message.split("\n").slice(0, 2)).toEqual([
    "failed: catalog.tests.test_entries::test_taken, catalog.tests.test_broken",
    '  catalog.tests.test_entries::test_taken: AssertionError: assert 200 == "409"',
  ])
  expect(failure?.message).toContain("Database: a database")
  expect(failure?.message).toMatch(/Reports: here$/)
})

test("a runner that breaks before it reports is a failure", () => {
  const broken = resultOf({ suite: "auth", exitCode: 4, output: "one\nERROR: no such option\n" })
  expect(failureOf([broken], "", "")?.message).toMatch(/^failed: auth \(its tests ended with 4\)\n.*no such option/s)
})

test("a suite that has no test of the kind passes", () => {
  const none = resultOf({ suite: "auth", exitCode: 5, output: "no tests ran", junit: `<testsuite time="0.1" />` })
  expect([none.passed, failureOf([none], "", "")]).toEqual([0, undefined])
})

test("Jest's report is read: a suite for each file, and messages as text", () => {
  const junit = `<testsuites name="jest tests" time="9"><testsuite name="test/a.test.ts" failures="1" tests="2" time="1.5">
<testcase classname="test/a.test.ts" name="is well" time="0.1"> </testcase>
<testcase classname="test/a.test.ts" name="is not" time="0.1"><failure>Error: found &lt;p&gt;
    at a.test.ts:3</failure></testcase></testsuite><testsuite name="test/b.test.ts" tests="0" time="2"></testsuite></testsuites>`
  expect(resultOf({ suite: "frontend", exitCode: 1, output: "", junit })).toMatchObject({
    passed: 1,
    seconds: 3.5,
    failures: [{ name: "frontend.test/a.test.ts::is not", message: "Error: found <p>" }],
  })
})
