/** Between two columns */
const gap = "  "

/** A column of text is not made narrower than this: below, each row becomes lines. */
const narrowest = 8

/** What is read from its end, as the beginnings of versions and images are: it is cut at its end, with an ellipsis. */
const ellipsis = "…"

/** Text whose Markdown tables are drawn for a terminal of so many columns: aligned, shortened where need be, and without bars. */
export function fitTables(text: string, width: number): string {
  const lines = text.split("\n")
  const drawn: string[] = []
  for (let at = 0; at < lines.length;) {
    // Other lines may begin with a bar, too: a log's, or SQL's.
    if (!lines[at]!.startsWith("|") || !rule.test(lines[at + 1] ?? "")) drawn.push(lines[at++]!)
    else {
      const end = lines.findIndex((line, index) => index >= at && !line.startsWith("|"))
      const until = end < 0 ? lines.length : end
      const [head, , ...rows] = lines.slice(at, until).map(cellsOf)
      drawn.push(...draw(head!, rows, width))
      at = until
    }
  }
  return drawn.join("\n")
}

/** What stands between a table's head and its rows. */
const rule = /^\|( -+ \|)+$/

const cellsOf = (line: string): string[] =>
  line
    .slice(1, line.lastIndexOf("|"))
    .split(" | ")
    .map((cell) => cell.trim())

function draw(head: string[], rows: string[][], width: number): string[] {
  const natural = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const widths = shrink(natural, width - gap.length * (head.length - 1))
  if (!widths) return rows.flatMap((row, index) => [...(index > 0 ? [""] : []), ...asLines(head, row, width)])
  const lineOf = (row: string[]) => row.map((cell, column) => cut(cell, widths[column]!)).join(gap)
  const line = widths.map((each) => "─".repeat(each)).join(gap)
  return [lineOf(head), line, ...rows.map(lineOf)].map((line) => line.trimEnd())
}

/** Widths that fit: the widest column is made narrower, again and again; undefined where the narrowest do not fit. */
function shrink(natural: number[], room: number): number[] | undefined {
  const widths = [...natural]
  let over = widths.reduce((sum, each) => sum + each, 0) - room
  for (; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= narrowest) return undefined
    widths[widest]!--
  }
  return widths
}

/** A row as lines: the name of each column, and its cell. */
function asLines(head: string[], row: string[], width: number): string[] {
  const names = Math.max(...head.map((name) => name.length))
  return row.flatMap((cell, column) =>
    cell === ""
      ? []
      : [`${head[column]!.padEnd(names)}${gap}${cell}`.slice(0, Math.max(width, names + gap.length + 1))],
  )
}

const cut = (cell: string, width: number): string =>
  cell.length <= width ? cell.padEnd(width) : `${cell.slice(0, width - 1)}${ellipsis}`
