import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import type { Asked, Got, Heard, Told } from "./generator.ts"

/** Requests that go on, whatever happens, until they are stopped. */
export interface Requests {
  begin(phase: string): void
  /** Returns what was got, by phase and service. */
  stop(): Promise<Heard>
}

export function startRequests(asked: Asked[]): Requests {
  const child = fork(join(import.meta.dirname, "generator.ts"))
  const tell = (told: Told) => void child.send(told)
  tell({ start: asked })
  return {
    begin: (phase) => tell({ phase }),
    async stop() {
      const heard = once(child, "message")
      tell({ stop: true })
      const [got] = (await heard) as [Heard]
      return got
    },
  }
}

/** What some services got in a phase, together. */
export function sumOf(heard: Heard, phase: string, counts: (service: string) => boolean): Got {
  const got = Object.entries(heard[phase] ?? {}).flatMap(([name, one]) => (counts(name) ? [one] : []))
  return {
    milliseconds: got.flatMap(({ milliseconds }) => milliseconds),
    failed: got.reduce((sum, { failed }) => sum + failed, 0),
  }
}

export function percentile({ milliseconds }: Got, percent: number): number {
  const sorted = milliseconds.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0
}

/** As the tables have it: p50/p95/p99, in milliseconds. */
export const percentiles = (got: Got): string =>
  [50, 95, 99].map((percent) => percentile(got, percent).toFixed(0)).join("/")
