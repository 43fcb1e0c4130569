import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, expect, test, vi } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import type { Aws } from "../../aws/clients.ts"
import { parsePlatform, type Platform } from "../../platform/manifest.ts"
import type { ManualClock } from "../local-cloud/ecs/manual-clock.ts"
import { manifest } from "../platform/manifests.ts"
import { apiLimits } from "./api-limits.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { stage, version, type StageOptions } from "./stage.ts"

/** The platform with so many services, each like the others. */
function platformOf(services: number): Platform {
  return parsePlatform(
    manifest((platform) => {
      platform.database = { steadyConnections: services, peakConnections: 2 * services }
      for (let more = Object.keys(platform.services).length; more < services; more++) {
        const name = `service-${String.fromCharCode(97 + (more >> 4), 97 + (more & 15))}`
        platform.services[name] = { ...platform.services.catalog!, path: `/api/v1/${name}`, port: 9000 + more }
      }
    }),
  )
}

/** What all of the SDK's clients have. */
interface Counted {
  middlewareStack: { add(middleware: (next: Handler) => Handler, options: { step: "initialize" }): void }
}
type Handler = (args: unknown) => Promise<unknown>

/** Lets time pass whenever nothing waits for an answer: as fast as the delivery gets on, and no faster. */
async function simulate<T>(aws: Aws, clock: ManualClock, work: Promise<T>): Promise<T> {
  let underWay = 0
  const count =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) => {
      underWay++
      return call(...args).finally(() => underWay--)
    }
  vi.stubGlobal("fetch", count(fetch))
  for (const client of [aws.ecs(), aws.elb(), aws.s3(), aws.secrets()])
    ((await client) as Counted).middlewareStack.add(count, { step: "initialize" })
  let done = false
  void work.catch(() => {}).finally(() => (done = true))
  for (let quiet = 0; !done; quiet = underWay === 0 ? quiet + 1 : 0) {
    if (quiet > 10) clock.advance()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return work
}

beforeEach(() => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1") // the SDK's own attempts wait by no clock that can be moved
  return () => void vi.unstubAllGlobals()
})

/** A deploy that changes so many services, under the limits of AWS's API, which refill by the moved clock. */
async function measure(services: number) {
  let admit = (_: string) => {}
  const options: StageOptions = {
    platform: platformOf(services),
    probe: async () => ({ kind: "answered", statusCode: 200 }),
    admit: (action) => admit(action),
  }
  const { target, progress, calls, clock } = await stage({}, options)
  const limits = apiLimits(clock.now)
  admit = limits.admit
  target.clock.sleep = (milliseconds) => new Promise((resolve) => clock.at(clock.now() + milliseconds, () => resolve()))
  calls.length = 0
  const started = clock.now()
  const deployed = await simulate(target.aws, clock, deploy(target, version("aaa"), progress))
  const seconds = (clock.now() - started) / 1000
  const throttled = [...limits.throttled.values()].reduce((sum, count) => sum + count, 0)
  const letIn = (action: string) => calls.filter((call) => call === action).length - (limits.throttled.get(action) ?? 0)
  return { deployed, seconds, letIn, throttled }
}

const documented = readFileSync(join(repositoryRoot, "docs", "scaling.md"), "utf8")

test.each([4, 16, 64])(
  "%i services are deployed under AWS's limits, in the calls that docs/scaling.md tells",
  async (n) => {
    const { deployed, seconds, letIn, throttled } = await measure(n)
    console.log(`${n} services: ${Math.round(seconds)} s by the moved clock, ${throttled} calls were throttled`)
    expect(deployed.services.filter(({ changed, version }) => changed && version === "aaa")).toHaveLength(n)
    // Not one that was throttled is lost, nor is one done twice.
    for (const action of ["RegisterTaskDefinition", "UpdateService", "DescribeTargetHealth"])
      expect(letIn(action)).toBe(n)
    expect(throttled > 0).toBe(n === 64)
    const batches = letIn("DescribeServices")
    expect(batches).toBe(4 * Math.ceil(n / 10))
    const [, row = ""] = new RegExp(`^\\| *${n} \\|(.*)\\|$`, "m").exec(documented) ?? []
    const figures = row.split("|").map(Number)
    expect(figures.slice(0, 2)).toEqual([n, batches])
  },
)
