import { Failure } from "../../platform/failure.ts"
import { table } from "../../report/summary.ts"

/** How a suite's run ended, and what it wrote. */
export interface SuiteEnd {
  suite: string
  exitCode: number
  output: string
  /** JUnit's and Cobertura's files; absent where the runner broke before it wrote them */
  junit?: string
  coverage?: string
}

export interface SuiteResult {
  suite: string
  passed: number
  skipped: number
  failures: TestFailure[]
  seconds: number
  /** Of the lines, in percent */
  covered?: number
}

interface TestFailure {
  name: string
  message: string
}

/** pytest's code for a run that had nothing to do, such as the integration tests of a service that has none */
export const nothingToDo = 5

/** What a suite's JUnit report says. A runner that failed without a failed test is a failure of its own. */
export function resultOf({ suite, exitCode, output, junit = "", coverage }: SuiteEnd): SuiteResult {
  const cases = [...junit.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)]
  const failures = cases.flatMap(([, attributes = "", inside = ""]) => {
    const found = /<(?:failure|error)\b([^>]*)>([^<]*)/s.exec(inside)
    if (!found) return []
    // Jest's report has the message as text.
    const message = /\bmessage="([^"]*)"/s.exec(found[1] ?? "")?.[1] ?? found[2] ?? ""
    const [file, test] = [attribute(attributes, "classname"), attribute(attributes, "name")]
    const name = [file, test].filter(Boolean).join("::")
    return [{ name: name.startsWith(`${suite}.`) ? name : `${suite}.${name}`, message: firstLine(unescape(message)) }]
  })
  if (failures.length === 0 && exitCode !== 0 && exitCode !== nothingToDo) {
    const end = output.trim().split("\n").slice(-5).join("\n  ")
    failures.push({ name: `${suite} (its tests ended with ${exitCode})`, message: end })
  }
  const skipped = cases.filter(([, , inside]) => inside?.includes("<skipped")).length
  const failed = cases.filter(([, , inside]) => /<(failure|error)\b/.test(inside ?? "")).length
  const times = [...junit.matchAll(/<testsuite\b[^>]*?\btime="([\d.]+)"/g)]
  const [, rate] = /<coverage\b[^>]*?\bline-rate="([\d.]+)"/.exec(coverage ?? "") ?? []
  return {
    suite,
    passed: cases.length - skipped - failed,
    skipped,
    failures,
    seconds: times.reduce((sum, [, time]) => sum + Number(time), 0),
    covered: rate === undefined ? undefined : Number(rate) * 100,
  }
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

const attribute = (attributes: string, name: string): string =>
  unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "")

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? ""

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal || hex) return String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex!, 16))
    return entities[name ?? ""] ?? whole
  })
}
