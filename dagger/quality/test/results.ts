import { Failure } from "../../platform/failure.ts"
import { table } from "../../report/table.ts"
import { readCoverageRate, readJUnit, type TestCase } from "./junit.ts"

/** How a suite's run ended, and what it wrote. */
export interface SuiteEnd {
  suite: string
  exitCode: number
  output: string
  /** JUnit's and Cobertura's files; absent where the runner broke before it wrote them */
  junit?: string | undefined
  coverage?: string | undefined
}

export interface SuiteResult {
  suite: string
  passed: number
  skipped: number
  failures: TestFailure[]
  seconds: number
  /** Of the lines, in percent */
  covered?: number | undefined
}

interface TestFailure {
  name: string
  message: string
}

/** pytest's code for a run that had nothing to do, such as the integration tests of a service that has none */
export const nothingToDo = 5

/** What a suite's reports say. A runner that failed without a failed test is a failure of its own. */
export function resultOf({ suite, exitCode, output, junit, coverage }: SuiteEnd): SuiteResult {
  const { cases, seconds } = readJUnit(junit)
  const count = (outcome: TestCase["outcome"]) => cases.filter((each) => each.outcome === outcome).length
  const failures = cases
    .filter(({ outcome }) => outcome === "failed")
    .map(({ name, message }) => ({
      name: name.startsWith(`${suite}.`) ? name : `${suite}.${name}`,
      message: message.trim().split("\n")[0] ?? "",
    }))
  if (failures.length === 0 && exitCode !== 0 && exitCode !== nothingToDo) {
    const end = output.trim().split("\n").slice(-5).join("\n  ")
    failures.push({ name: `${suite} (its tests ended with ${exitCode})`, message: end })
  }
  const covered = readCoverageRate(coverage)
  return { suite, passed: count("passed"), skipped: count("skipped"), failures, seconds, covered }
}

/** A row for each suite, and on which database they ran. */
export function testSummary(results: SuiteResult[], database: string): string {
  const rows = results.map(({ suite, passed, skipped, failures, seconds, covered }) => [
    suite,
    String(passed),
    String(failures.length),
    String(skipped),
    seconds.toFixed(1),
    covered === undefined ? "" : `${covered.toFixed(1)} %`,
  ])
  return [
    table(["suite", "passed", "failed", "skipped", "seconds", "lines covered"], rows),
    "",
    `Database: ${database}`,
  ].join("\n")
}

/** The failed tests' names first, then why each failed. */
export function failureOf(results: SuiteResult[], summary: string, reports: string): Failure | undefined {
  const failures = results.flatMap(({ failures }) => failures)
  if (failures.length === 0) return undefined
  return new Failure("failed", failures.map(({ name }) => name).join(", "), [
    ...failures.map(({ name, message }) => `${name}: ${message}`),
    ...summary.split("\n"),
    reports,
  ])
}
