import autocannon from "autocannon"

/** What is asked of a service, and how often a second. */
export interface Asked {
  name: string
  url: string
  perSecond: number
  /** Each has one request at a time under way; what is asked for within a second is asked for as its second begins. */
  connections: number
}

/** What a service's clients got: how long each answer took in milliseconds, and how many were 5xx or never came. */
export interface Got {
  milliseconds: number[]
  failed: number
}

/** What the parent says: what to ask, which phase of a scenario begins, and that all is over; then it is told what was got. */
export type Told = { start: Asked[] } | { phase: string } | { stop: true }

/** By phase and service */
export type Heard = Record<string, Record<string, Got>>

/** The load generator is a process of its own: the platform's would count its own delays. */
const heard: Heard = {}
const instances: autocannon.Instance[] = []
let phase = "before"

const gotBy = (name: string): Got => ((heard[phase] ??= {})[name] ??= { milliseconds: [], failed: 0 })

function start({ name, url, perSecond, connections }: Asked): void {
  const options = { url, overallRate: perSecond, connections, duration: 3600, timeout: 10 }
  const instance = autocannon(options, () => undefined)
  instances.push(instance)
  const events: NodeJS.EventEmitter = instance
  events.on("response", (_client: unknown, status: number, _bytes: number, took: number) => {
    const got = gotBy(name)
    got.milliseconds.push(took)
    if (status >= 500) got.failed++
  })
  events.on("reqError", () => gotBy(name).failed++)
}

process.on("message", (told: Told) => {
  if ("start" in told) return told.start.forEach(start)
  if ("phase" in told) return void (phase = told.phase)
  for (const instance of instances) (instance as autocannon.Instance & { stop(): void }).stop()
  process.send!(heard, () => process.exit(0))
})
// Whoever asked for it is gone.
process.on("disconnect", () => process.exit(1))
