import type { Look } from "../delivery/records/attempt.ts"
import type { StepTime } from "../delivery/records/record.ts"

/** What is drawn of a deployment. */
export interface Drawn {
  startedAt: string
  finishedAt: string
  steps: (StepTime & { failed?: boolean })[]
  /** How long each service was rolled out, in seconds */
  rollOuts: { name: string; seconds?: number | undefined }[]
  /** What ECS said of the services' tasks meanwhile; where it is not kept a roll-out is one bar */
  looks?: Record<string, Look[]> | undefined
}

/** Widths in units of the drawing; the page scales it. */
const drawing = { left: 150, width: 850, row: 26, bar: 14, top: 8, bottom: 24 }

/** Part of a row: from and to in seconds from the start, and its share of the row's height, from below. */
interface Bar {
  kind: "step" | "failed" | "service" | "pending"
  from: number
  to: number
  /** 0 to 1 */
  low?: number
  high?: number
  told: string
}

interface Row {
  label: string
  bars: Bar[]
  /** When tasks failed */
  crosses: { at: number; told: string }[]
}

/** The steps of a deployment and its services' tasks, to scale; nothing where the record is older than steps are kept. */
export function timelineSvg(drawn: Drawn): string {
  if (drawn.steps.length === 0) return ""
  const total = Math.max(1, secondsTo(drawn, drawn.finishedAt))
  const x = (seconds: number) => drawing.left + (Math.min(total, Math.max(0, seconds)) / total) * drawing.width
  const rows = rowsOf(drawn)
  const height = drawing.top + rows.length * drawing.row + drawing.bottom
  const drawnRows = rows.map(({ label, bars, crosses }, index) => {
    const y = drawing.top + index * drawing.row
    const name = `<text x="${drawing.left - 10}" y="${y + 12}" text-anchor="end">${escape(label)}</text>`
    const rects = bars.map(({ kind, from, to, low = 0, high = 1, told }) => {
      const width = Math.max(2, x(to) - x(from))
      const top = y + (1 - high) * drawing.bar
      const box = `x="${x(from).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${((high - low) * drawing.bar).toFixed(1)}"`
      return `<rect ${box} class="${kind}"><title>${escape(told)}</title></rect>`
    })
    const marks = crosses.map(
      ({ at, told }) =>
        `<text x="${x(at).toFixed(1)}" y="${y + 12}" text-anchor="middle" class="cross">×<title>${escape(told)}</title></text>`,
    )
    return [name, ...rects, ...marks].join("")
  })
  const axis = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const anchor = share === 1 ? "end" : share === 0 ? "start" : "middle"
    return `<text x="${x(share * total)}" y="${height - 4}" text-anchor="${anchor}" class="axis">${(share * total).toFixed(total < 10 ? 1 : 0)} s</text>`
  })
  const size = `0 0 ${drawing.left + drawing.width + 4} ${height}`
  return `<svg viewBox="${size}" role="img" aria-label="Timeline, ${total.toFixed(0)} seconds">${drawnRows.join("")}${axis.join("")}</svg>`
}

const secondsTo = ({ startedAt }: Drawn, iso: string): number => (Date.parse(iso) - Date.parse(startedAt)) / 1000

/** A row for each step, and below "roll out" one for each service that was rolled out, until the end. */
function rowsOf(drawn: Drawn): Row[] {
  return drawn.steps.flatMap((step): Row[] => {
    const from = Math.max(0, secondsTo(drawn, step.startedAt))
    const told = `${step.name}: ${step.seconds.toFixed(1)} s${step.failed ? ", failed" : ""}`
    const kind = step.failed ? "failed" : "step"
    const row = { label: step.name, bars: [{ kind, from, to: from + step.seconds, told } as const], crosses: [] }
    return step.name === "roll out" ? [row, ...serviceRows(drawn, from)] : [row]
  })
}

function serviceRows(drawn: Drawn, from: number): Row[] {
  const { looks } = drawn
  if (looks && Object.keys(looks).length > 0)
    return Object.entries(looks).map(([name, ofService]) => tasksRow(drawn, name, ofService))
  return drawn.rollOuts.flatMap(({ name, seconds }): Row[] => {
    if (seconds === undefined) return []
    const told = `${name}: ${seconds.toFixed(1)} s`
    return [{ label: name, bars: [{ kind: "service", from, to: from + seconds, told }], crosses: [] }]
  })
}

/** A service's tasks as ECS told of them: what ran from below, what was pending on top of it. */
function tasksRow(drawn: Drawn, name: string, looks: Look[]): Row {
  const most = Math.max(1, ...looks.map(({ desired, pending, running }) => Math.max(desired, pending + running)))
  const stepEnds = drawn.steps.map(({ startedAt, seconds }) => secondsTo(drawn, startedAt) + seconds)
  const bars = looks.flatMap(({ at, desired, pending, running, failed }, index): Bar[] => {
    const ofStep = stepEnds.find((end) => end >= at) ?? secondsTo(drawn, drawn.finishedAt)
    const to = Math.min(looks[index + 1]?.at ?? ofStep, ofStep)
    const told = `${name} at ${at.toFixed(1)} s: ${running} of ${desired} running, ${pending} pending, ${failed} failed`
    const low = running / most
    return [
      ...(running > 0 ? [{ kind: "service" as const, from: at, to, high: low, told }] : []),
      ...(pending > 0 ? [{ kind: "pending" as const, from: at, to, low, high: low + pending / most, told }] : []),
    ]
  })
  const crosses = looks.flatMap(({ at, failed }, index) => {
    const more = failed - (looks[index - 1]?.failed ?? 0)
    return more > 0 ? [{ at, told: `${name} at ${at.toFixed(1)} s: ${failed} failed` }] : []
  })
  return { label: name, bars, crosses }
}

/** Text as HTML and SVG have it. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
