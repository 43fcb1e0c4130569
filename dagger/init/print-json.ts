/** A JSON file as people write it, and in which line each of its places is. */
export interface Printed {
  text: string
  /** The line of `services.shop.port`, or of what it would be in */
  lineOf(place: string): number
}

interface Line {
  place: string
  text: string
}

const longestLine = 110

/** Prints what is short on one line, but for the first two levels, which have a line for each entry. */
export function printJson(value: object): Printed {
  const lines = linesOf("", value, "")
  return {
    text: `${lines.map(({ text }) => text).join("\n")}\n`,
    lineOf(place) {
      const within = lines.filter((line) => line.place === place || place.startsWith(`${line.place}.`))
      const longest = Math.max(0, ...within.map((line) => line.place.length))
      return Math.max(1, lines.findIndex((line) => line.place.length === longest && within.includes(line)) + 1)
    },
  }
}

/** `key` is what is before a value; each line begins with two spaces for each level. */
function linesOf(place: string, value: unknown, key: string): Line[] {
  const levels = place === "" ? 0 : place.split(".").length
  const indent = "  ".repeat(levels)
  const flat = `${indent}${key}${inline(value)}`
  if (typeof value !== "object" || value === null) return [{ place, text: flat }]
  const isList = Array.isArray(value)
  const isFlat = isList || levels > 2 || (levels === 2 && !Object.values(value).some(isObject))
  if (isFlat && flat.length <= longestLine) return [{ place, text: flat }]
  const inner = entriesOf(value).map(([name, one]) =>
    linesOf(place ? `${place}.${name}` : name, one, isList ? "" : `${JSON.stringify(name)}: `),
  )
  const [open, close] = isList ? ["[", "]"] : ["{", "}"]
  return [{ place, text: `${indent}${key}${open}` }, ...separated(inner), { place, text: `${indent}${close}` }]
}

/** A comma behind each but the last. */
const separated = (groups: Line[][]): Line[] =>
  groups.flatMap((lines, index) => {
    const last = lines.at(-1)!
    return index === groups.length - 1 ? lines : [...lines.slice(0, -1), { ...last, text: `${last.text},` }]
  })

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`
  if (!isObject(value)) return JSON.stringify(value)
  const entries = entriesOf(value).map(([name, one]) => `${JSON.stringify(name)}: ${inline(one)}`)
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** As JSON.stringify has them: what is undefined is not there. */
const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, one]) => one !== undefined) as [string, unknown][]
