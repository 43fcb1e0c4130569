import { XMLParser } from "fast-xml-parser"

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (name) => name === "testsuite",
})

/** The files of vitest's JUnit report that took longest, with their seconds, hooks included. None if vitest broke. */
export function slowestFiles(xml: string, count = 10): string[] {
  const { testsuites } = parser.parse(xml) as { testsuites?: { testsuite?: { name: string; time: string }[] } }
  return (testsuites?.testsuite ?? [])
    .map(({ name, time }) => ({ name, seconds: Number(time) }))
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, count)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`)
}
