import type { Configuration, ConfiguredEntry } from "../api/installation"
import { invalid, Problem } from "../api/problem"
import { numberNotInJson } from "../json"
import { textIn } from "../ui/form"

export interface HeaderRow {
  name: string
  value: string
}

/** The control's name in the form, for the name or the value of a row */
export const headerField = (row: number, part: keyof HeaderRow): string => `headers.${row}.${part}`

/** A configuration as its form shows it: headers as rows, one of them empty if there is none, and the rest as JSON. */
export function formOf({ headers, ...others }: Configuration): { rows: HeaderRow[]; others: string } {
  const rows = Object.entries(headers).map(([name, value]) => ({ name, value }))
  return {
    rows: rows.length > 0 ? rows : [{ name: "", value: "" }],
    others: Object.keys(others).length > 0 ? JSON.stringify(others, null, 2) : "",
  }
}

/** Saves what the form says. What is wrong with a header is then wrong with its row, and with another member in their text. */
export async function saveAs(
  save: (configuration: Configuration) => Promise<ConfiguredEntry>,
  data: FormData,
): Promise<ConfiguredEntry> {
  const rows = rowsIn(data)
  const headers = headersOf(rows)
  const others = othersOf(textIn(data, "others"))
  try {
    return await save({ ...others, headers })
  } catch (error) {
    throw error instanceof Problem ? error.relocated((loc) => placeIn(rows, others, loc)) : error
  }
}

/** The rows as they stand in the form's controls. */
export function rowsIn(data: FormData): HeaderRow[] {
  const rows: HeaderRow[] = []
  while (data.has(headerField(rows.length, "name"))) {
    const row = rows.length
    rows.push({
      name: textIn(data, headerField(row, "name")).trim(),
      value: textIn(data, headerField(row, "value")).trim(),
    })
  }
  return rows
}

/** Rows with nothing in them do not count. */
function headersOf(rows: HeaderRow[]): Record<string, string> {
  const names = new Set<string>()
  const filled = rows.flatMap(({ name, value }, row) => {
    if (!name && !value) return []
    if (!name) throw invalid(headerField(row, "name"), "Give this header a name.")
    if (!value) throw invalid(headerField(row, "value"), "Give this header a value.")
    if (names.has(name.toLowerCase())) throw invalid(headerField(row, "name"), `There is a header ${name} already.`)
    names.add(name.toLowerCase())
    return [[name, value] as const]
  })
  return Object.fromEntries(filled)
}

function othersOf(json: string): Record<string, unknown> {
  if (!json.trim()) return {}
  const mistake = numberNotInJson(json)
  if (mistake) throw invalid("others", mistake)
  const others = parse(json)
  if (typeof others !== "object" || others === null || Array.isArray(others)) {
    throw invalid("others", 'This is no JSON object. One looks like {"units": "metric"}.')
  }
  if ("headers" in others) throw invalid("others", "Headers have rows of their own.")
  return others as Record<string, unknown>
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw invalid("others", `This is no JSON: ${(error as SyntaxError).message}`)
  }
}

/**
 * The services name a header, or say "…" or nothing where its name is not plain; something behind that stands for the name
 * itself, as against its value.
 */
function placeIn(rows: HeaderRow[], others: Record<string, unknown>, loc: string[]): string[] {
  const [member = "", name = "…", key = name === "…" ? "name" : undefined] = loc
  if (member in others) return ["others"]
  const isNamed = (row: HeaderRow) => (name === "…" ? !/^[\w.-]{1,100}$/.test(row.name) : row.name === name)
  const row = member === "headers" ? rows.findIndex(isNamed) : -1
  return row < 0 ? loc : headerField(row, key ? "name" : "value").split(".")
}
