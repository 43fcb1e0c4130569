/** The cells of the row of a summary's table that begins with a word. */
export function rowOf(output: string, first: string): string[] {
  const row = output.split("\n").find((line) => line.startsWith(`| ${first} `))
  if (row === undefined) throw new Error(`no row begins with ${first}:\n${output}`)
  return row
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim())
}
