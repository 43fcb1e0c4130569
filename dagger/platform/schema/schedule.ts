import { z } from "zod"

/** A field of cron, with what a number or a name of it may be */
interface Field {
  name: string
  from: number
  to: number
  /** Of `from` and those that follow */
  names: string[]
}

/** The six of EventBridge Scheduler. */
const fields: Field[] = [
  { name: "minutes", from: 0, to: 59, names: [] },
  { name: "hours", from: 0, to: 23, names: [] },
  { name: "day of the month", from: 1, to: 31, names: [] },
  { name: "month", from: 1, to: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  { name: "day of the week", from: 1, to: 7, names: "SUN MON TUE WED THU FRI SAT".split(" ") },
  { name: "year", from: 1970, to: 2199, names: [] },
]

/** What stands in the two fields of days beside numbers: the last day or weekday, the nearest weekday, the nth of its kind. */
const ofDays = [[], [], ["L", "LW", /^\d+W$/], [], ["L", /^[1-7]L$/, /^[1-7]#[1-5]$/], []]

/** When AWS starts a job, as EventBridge Scheduler reads it. */
export const scheduleExpression = z.string().superRefine((text, context) => {
  const problem = problemOf(text)
  if (problem) context.addIssue({ code: "custom", message: `${text} is no schedule: ${problem}` })
})

/** Why AWS would not take an expression; undefined where it does. */
function problemOf(text: string): string | undefined {
  const [, kind, inside] = /^(rate|cron)\((.*)\)$/.exec(text) ?? []
  if (kind === "rate")
    return /^[1-9]\d* (minute|hour|day)s?$/.test(inside!)
      ? undefined
      : "expected a number of minutes, hours or days, such as rate(5 minutes)"
  if (kind !== "cron") return "expected rate(…) or cron(…), such as rate(1 hour) or cron(0 3 * * ? *)"
  const parts = inside!.split(/ +/)
  if (parts.length !== fields.length)
    return `cron has six fields (${fields.map(({ name }) => name).join(", ")}), found ${parts.length}`
  const wrong = fields.findIndex(
    (field, index) => !parts[index]!.split(",").every((part) => fits(part, field, ofDays[index]!)),
  )
  if (wrong >= 0) {
    const { name, from, to } = fields[wrong]!
    return `${parts[wrong]} is nothing for ${name}, ${from} to ${to}`
  }
  const unsaid = [parts[2], parts[4]].filter((part) => part === "?").length
  return unsaid === 1 ? undefined : "one of day of the month and day of the week is ?, and only one"
}

function fits(part: string, field: Field, more: (string | RegExp)[]): boolean {
  const [range = "", step] = part.split("/")
  if (step !== undefined && !/^[1-9]\d*$/.test(step)) return false
  if (range === "*" || (range === "?" && step === undefined && field.name.startsWith("day"))) return true
  if (more.some((form) => (typeof form === "string" ? form === range : form.test(range)))) return step === undefined
  const ends = range.split("-").map((end) => numberOf(end, field))
  return ends.length <= 2 && ends.every((end) => end >= field.from && end <= field.to)
}

function numberOf(text: string, { names, from }: Field): number {
  const index = names.indexOf(text.toUpperCase())
  if (index >= 0) return from + index
  return /^\d+$/.test(text) ? Number(text) : NaN
}
