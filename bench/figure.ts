/** [what, measured, limit, within it] */
export type Figure = [string, string, string, boolean]

export const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1]!
