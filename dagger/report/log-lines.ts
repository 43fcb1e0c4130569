import { styleText } from "node:util"
import type { LogLine } from "../delivery/logs.ts"

/** What the services write: a line of JSON. */
interface Entry {
  level?: string
  message?: string
  exception?: string
  trace_id?: string
}

/** Lines for programs: JSON, one a line, each with its service and time. */
export const logsJson = (lines: LogLine[]): string =>
  lines
    .map(({ service, at, text }) =>
      JSON.stringify({ service, time: new Date(at).toISOString(), ...(entryOf(text) ?? { message: text }) }),
    )
    .join("\n")

/** Lines for people: time, service, level and message; of one request, the time since its first line, too. */
export function logsText(lines: LogLine[], { trace }: { trace?: string | undefined }): string {
  if (lines.length === 0) return "No line was found."
  const widest = Math.max(...lines.map(({ service }) => service.length))
  const begun = lines[0]!.at
  return lines
    .map(({ service, at, text }) => {
      const { level = "", message = text, exception, trace_id: id } = entryOf(text) ?? {}
      const time = new Date(at).toISOString().slice(11, 23)
      const since = trace ? ` ${`+${((at - begun) / 1000).toFixed(3)}`.padStart(8)} s` : ""
      const known = trace || !id ? "" : ` ${styled("dim", id)}`
      const told = [`${styled("dim", time)}${since} ${service.padEnd(widest)} ${colour(level)} ${message}${known}`]
      return [...told, ...(exception ? [exception] : [])].join("\n")
    })
    .join("\n")
}

function entryOf(text: string): Entry | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === "object" && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

const colours = { ERROR: "red", CRITICAL: "red", WARNING: "yellow", INFO: "cyan" } as const

const colour = (level: string): string =>
  level in colours ? styled(colours[level as keyof typeof colours], level.padEnd(8)) : level.padEnd(8)

const styled = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stdout })
