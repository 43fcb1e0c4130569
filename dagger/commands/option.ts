import { refused } from "../platform/failure.ts"

/** An option of a command. Where it has no default and is not given, its value is undefined. */
export interface Option<T> {
  kind: "text" | "number" | "flag" | "list"
  /** A whole phrase, as --help shows it */
  help: string
  default?: T
  choices?: readonly string[]
  /** What is expected, where a value is not taken */
  expected?(value: NonNullable<T>): string | undefined
}

export type Options = Record<string, Option<unknown>>

/** The values of options, by their names. */
export type Values<O> = { [Name in keyof O]: O[Name] extends Option<infer T> ? T : never }

/** An option that is a text, undefined where it is not given. */
export const text = (help: string): Option<string | undefined> => ({ kind: "text", help })

/** An option that is true where it is given. */
export const flag = (help: string): Option<boolean> => ({ kind: "flag", help, default: false })

/** One of several words. */
export function oneOf<C extends string>(help: string, choices: readonly C[], preset: C): Option<C>
export function oneOf<C extends string>(help: string, choices: readonly C[]): Option<C | undefined>
export function oneOf<C extends string>(help: string, choices: readonly C[], preset?: C): Option<C | undefined> {
  const expected = (value: C) => (choices.includes(value) ? undefined : `one of ${choices.join(", ")}`)
  return { kind: "text", help, choices, expected, ...(preset !== undefined && { default: preset }) }
}

/** Which whole numbers an option takes. */
interface Range {
  /** Default: 1 */
  from?: number
  to?: number
  /** What they are; default: a whole number */
  noun?: string
}

/** A whole number of at least `from`, and of at most `to`. */
export function number(help: string, range: Range & { preset: number }): Option<number>
export function number(help: string, range?: Range): Option<number | undefined>
export function number(
  help: string,
  { preset, from = 1, to = Infinity, noun = "a whole number" }: Range & { preset?: number } = {},
): Option<number | undefined> {
  const range = to === Infinity ? `${noun}, ${from} or more` : `${noun}, ${from} to ${to}`
  const expected = (value: number) => (Number.isInteger(value) && value >= from && value <= to ? undefined : range)
  return { kind: "number", help, expected, ...(preset !== undefined && { default: preset }) }
}

/** Words of a list, separated by commas; none where it is not given. */
export const list = (help: string): Option<string[]> => ({ kind: "list", help, default: [] })

/** `allowDestructive` as it is typed: `--allow-destructive`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Fills in defaults, and refuses a value that an option does not take. */
export function complete<O extends Options>(options: O, given: Record<string, unknown>): Values<O> {
  const values = Object.entries<Option<unknown>>(options).map(([name, option]) => {
    const value = given[name] ?? option.default
    const expected = value == null || value === "" ? undefined : option.expected?.(value)
    if (expected) throw refused(`${flagOf(name)} ${String(value)} is not valid.`, `Expected ${expected}.`)
    return [name, value === "" ? undefined : value]
  })
  return Object.fromEntries(values) as Values<O>
}
