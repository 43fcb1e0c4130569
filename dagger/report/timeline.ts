import type { DeploymentRecord } from "../delivery/records/record.ts"

/** Widths in units of the drawing; the page scales it. */
const drawing = { left: 150, width: 850, row: 26, bar: 14, top: 8 }

interface Row {
  label: string
  /** Seconds from the start of the deployment */
  from: number
  seconds: number
  kind: "step" | "service"
}

/** The steps of a deployment and its services' roll-outs, to scale; nothing where the record is older than they are kept. */
export function timelineSvg({ startedAt, finishedAt, steps = [], services }: DeploymentRecord): string {
  if (steps.length === 0) return ""
  const start = Date.parse(startedAt)
  const total = Math.max(1, (Date.parse(finishedAt) - start) / 1000)
  const from = (at: string) => Math.max(0, (Date.parse(at) - start) / 1000)
  const rollOut = steps.find(({ name }) => name === "roll out")
  const rows = steps.flatMap((step): Row[] => [
    { label: step.name, from: from(step.startedAt), seconds: step.seconds, kind: "step" },
    ...(step === rollOut
      ? services.flatMap(({ name, seconds }): Row[] =>
          seconds === undefined ? [] : [{ label: name, from: from(step.startedAt), seconds, kind: "service" }],
        )
      : []),
  ])
  const scale = (seconds: number) => (seconds / total) * drawing.width
  const height = drawing.top + rows.length * drawing.row + 24
  const bars = rows.map((row, index) => {
    const y = drawing.top + index * drawing.row
    const x = drawing.left + scale(row.from)
    const width = Math.max(2, scale(Math.min(row.seconds, total - row.from)))
    const told = `${row.label}: ${row.seconds.toFixed(1)} s`
    return [
      `<text x="${drawing.left - 10}" y="${y + 12}" text-anchor="end" class="${row.kind}">${escape(row.label)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${drawing.bar}" rx="3" class="${row.kind}"><title>${escape(told)}</title></rect>`,
    ].join("")
  })
  const axis = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = drawing.left + share * drawing.width
    const anchor = share === 1 ? "end" : share === 0 ? "start" : "middle"
    return `<text x="${x}" y="${height - 4}" text-anchor="${anchor}" class="axis">${(share * total).toFixed(0)} s</text>`
  })
  const size = `0 0 ${drawing.left + drawing.width + 4} ${height}`
  return `<svg viewBox="${size}" role="img" aria-label="Timeline of the deployment, ${total.toFixed(0)} seconds">${bars.join("")}${axis.join("")}</svg>`
}

/** Text as HTML and SVG have it. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
