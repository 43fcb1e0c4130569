import fc from "fast-check"
import pg from "pg"
import { afterAll, beforeAll, expect } from "vitest"
import { Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { openBranch } from "../../quality/neon/branch.ts"
import type { Neon } from "../../quality/neon/api.ts"
import type { Fault, NeonServer } from "../quality/neon/neon-server.ts"
import { callerOf, neonWithTls } from "../quality/neon/neon-stage.ts"
import { seedsOf, testSeeds } from "./seeds.ts"

/** What can happen to a call of Neon's API. The last two happen once it has had its effect. */
const faultKinds: Record<string, Fault> = {
  "held up": { status: 423 },
  "too many": { status: 429, headers: { "retry-after": "7" } },
  "out of service": { status: 503 },
  "bad gateway": { status: 502 },
  "failed within": { status: 500 },
  "request lost": { lost: "request" },
  "answer lost": { lost: "answer" },
  "answer cut off": { lost: "half of it" },
}

// A run asks 12 times; what is asked again is more.
const call = fc.nat(15)

const schedule = fc.record({
  faults: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...Object.keys(faultKinds)), at: call }), {
    maxLength: 6,
    selector: ({ at }) => at,
  }),
  /** What making the branch is, each time that it is asked for */
  operation: fc.array(fc.constantFrom("scheduling", "running", "failed"), { maxLength: 4 }),
  killedAt: fc.option(call, { freq: 2, nil: undefined }),
})
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never

let server: NeonServer
let runs = 0

beforeAll(async () => {
  server = await neonWithTls()
})
afterAll(() => server.close())

testSeeds(
  "a run on a branch of Neon, with the faults of seed %i, leaves nothing that does not expire, and the next one works",
  seedsOf("FAULT_NEON", 25),
  schedule,
  follow,
)

async function follow({ faults, operation, killedAt }: Schedule): Promise<void> {
  const { neon, progress, lines } = await callerOf(server)
  const happened: string[] = []
  const first = server.calls.length
  server.operationStatuses = operation.length > 0 ? [...operation, "finished"] : undefined
  server.faultAt = (index) => {
    const fault = faults.find(({ at }) => at === index - first)
    if (fault) happened.push(`${fault.kind} at ${server.calls[index]}`)
    return fault && faultKinds[fault.kind]
  }
  const id = `faulty-${++runs}`
  const { caller, killed } = killable(neon, killedAt)
  const ended = await Promise.race([killed, useBranch(caller, id, progress)])
  server.faultAt = undefined
  server.operationStatuses = undefined
  const told = `${ended instanceof Error ? ended.message : ended}\nhappened: ${happened.join("; ") || "nothing"}`

  const left = server.branches.filter(({ name }) => name.endsWith(id))
  for (const { expiresAt } of left) expect(expiresAt!.getTime(), told).toBeLessThan(Date.now() + 4 * 3600_000)
  if (ended !== "killed") {
    if (ended !== "worked") expect(ended, told).toBeInstanceOf(Failure)
    // A lost answer is asked for again, and the rest waits: what is out of service for good is another test's.
    if (happened.length <= 2) expect(ended, told).toBe("worked")
    if (left.length > 0) expect(lines.join("\n"), told).toMatch(/could not be deleted .*; it expires 20/)
  }
  for (const secret of [server.apiKey, ...left.map(({ password }) => password)])
    expect(lines.join("\n") + told).not.toContain(secret)

  await server.expire(new Date(Date.now() + 5 * 3600_000))
  const next = await callerOf(server)
  expect(await useBranch(next.neon, `${id}-next`, next.progress), told).toBe("worked")
  expect(
    server.branches.map(({ name }) => name),
    told,
  ).toEqual(["main", "test"])
  expect(server.drift.splice(0)).toEqual([])
}

/** What a run of the tests does with its branch; a failure is returned. */
async function useBranch(neon: Neon, id: string, progress: Progress): Promise<unknown> {
  try {
    const branch = await openBranch(neon, { commit: "4f1c09aa4f1c", id }, progress)
    try {
      await branch.createDatabase("test_catalog")
      const url = await branch.urlOf("test_catalog", "pooled")
      const client = new pg.Client({ connectionString: url.replace("sslmode=require", "sslmode=no-verify") })
      await client.connect()
      await client.query("CREATE TABLE cats ()")
      await client.end()
      await branch.schemaDiff()
    } finally {
      await branch.close()
    }
    return "worked"
  } catch (error) {
    return error
  }
}

/** A caller that asks nothing any more, and learns nothing, from a call on. */
function killable(neon: Neon, at = Infinity): { caller: Neon; killed: Promise<"killed"> } {
  const { promise: killed, resolve } = Promise.withResolvers<"killed">()
  let calls = 0
  const caller: Neon = {
    ...neon,
    async call(request, options) {
      if (calls++ < at) return neon.call(request, options)
      resolve("killed")
      return new Promise<never>(() => {})
    },
  }
  return { caller, killed }
}
