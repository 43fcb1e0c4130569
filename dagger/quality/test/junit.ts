import { XMLParser } from "fast-xml-parser"

/** A test as JUnit's format has it, whichever runner wrote it. */
export interface TestCase {
  /** File and test: `tests.test_entries::test_false` */
  name: string
  outcome: "passed" | "failed" | "skipped"
  /** Why it failed */
  message: string
}

/** What a JUnit report says. */
export interface JUnitReport {
  cases: TestCase[]
  seconds: number
}

type Element = Record<string, unknown>

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  // Line breaks of a message are numeric entities.
  htmlEntities: true,
  isArray: (name) => ["testsuite", "testcase", "failure", "error"].includes(name),
})

/** Reads a JUnit report; one that is not there has no tests. */
export function readJUnit(xml: string | undefined): JUnitReport {
  if (!xml) return { cases: [], seconds: 0 }
  const suites = suitesIn(parser.parse(xml) as Element)
  return {
    cases: suites.flatMap((suite) => listOf(suite.testcase).map(caseOf)),
    seconds: suites.reduce((sum, suite) => sum + Number(suite["@time"] ?? 0), 0),
  }
}

/** The share of lines that a Cobertura report says are covered, in percent. */
export function readCoverageRate(xml: string | undefined): number | undefined {
  if (!xml) return undefined
  const { coverage } = parser.parse(xml) as { coverage?: Element | undefined }
  const rate = coverage?.["@line-rate"]
  return rate === undefined ? undefined : Number(rate) * 100
}

/** Suites may hold suites. */
function suitesIn(element: Element): Element[] {
  const root = (element.testsuites ?? element) as Element
  return listOf(root.testsuite).flatMap((suite) => [suite, ...suitesIn(suite)])
}

function caseOf(testcase: Element): TestCase {
  const [problem] = [...listOf(testcase.failure), ...listOf(testcase.error)]
  const name = [testcase["@classname"], testcase["@name"]].filter(Boolean).join("::")
  if (problem) return { name, outcome: "failed", message: messageIn(problem) }
  return { name, outcome: "skipped" in testcase ? "skipped" : "passed", message: "" }
}

/** pytest says why in an attribute, Jest in the text. */
function messageIn(problem: unknown): string {
  if (typeof problem === "string") return problem
  const { "@message": message, "#text": text } = problem as { "@message"?: string; "#text"?: string }
  return message ?? text ?? ""
}

const listOf = (value: unknown): Element[] => (value === undefined ? [] : ([value].flat() as Element[]))
