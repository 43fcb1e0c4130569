/** Columns as wide as their widest cell, in Markdown, so that a terminal and a workflow's summary can both show it. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((line) => line[column]!.length)))
  const rule = widths.map((width) => "-".repeat(width))
  return [head, rule, ...rows]
    .map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`)
    .join("\n")
}
