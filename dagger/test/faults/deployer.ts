import { connect } from "../../aws/clients.ts"
import { readLock, writeLock } from "../../delivery/lock/lock-object.ts"
import type { Target } from "../../delivery/target.ts"
import type { AlarmClock } from "../../platform/clock.ts"
import { addLayer, injectFaults, refusal, type Fault, type Middleware } from "./faults.ts"

export const interruptionKinds = ["expired", "killed", "killedAfter", "locked"] as const

/**
 * What happens to a deploy at a call, and lasts: its credentials are valid no longer, its process is killed, before that call or
 * after it, or somebody else has taken its lock.
 */
export interface Interruption {
  kind: (typeof interruptionKinds)[number]
  /** The call's number, or the operation whose first call it is */
  at: number | string
}

/** What a deploy's machine and network are like. */
export interface Conditions {
  faults: Fault[]
  interruption?: Interruption | undefined
  /** By how much its clock is fast, or slow where it is negative */
  skewSeconds: number
}

/** Whoever takes a deploy's lock, and never renews it. */
export const other = "somebody-else"

/** More than this, and AWS refuses a signature, in seconds */
const toleratedSkew = (clientName: string): number => (clientName === "S3Client" ? 15 * 60 : 5 * 60)

const never = new Promise<never>(() => {})

/**
 * A process of its own that deploys to a target: with its own clients, to which it all happens, and its own clock. What has
 * happened is told as text; `killed` resolves when it is, from when on it does and learns nothing more.
 */
export async function startDeployer(target: Target, endpoint: string, conditions: Conditions) {
  const { faults, interruption, skewSeconds } = conditions
  const happened: string[] = []
  const { promise: killed, resolve: kill } = Promise.withResolvers<"killed">()
  let dead = false
  let calls = 0
  const die = () => {
    dead = true
    kill("killed")
  }

  const clock: AlarmClock = {
    now: () => target.clock.now() + skewSeconds * 1000,
    sleep: async (milliseconds) =>
      dead ? never : target.clock.sleep(milliseconds).then(() => (dead ? never : undefined)),
    after: (milliseconds, callback) => target.clock.after(milliseconds, () => dead || callback()),
  }
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const aws = connect({ region: target.platform.region, endpoint, credentials, clock })

  let begun = false
  const begins = (commandName: string): boolean => {
    const call = calls++
    if (begun || !interruption || ![call, commandName.replace(/Command$/, "")].includes(interruption.at)) return false
    happened.push(`${interruption.kind} at call ${call}, ${commandName}`)
    return (begun = true)
  }
  const interrupted: Middleware =
    (next, { commandName = "", clientName }) =>
    async (args) => {
      if (dead) return never
      const beginsNow = begins(commandName)
      const kind = begun ? interruption?.kind : undefined
      if (kind === "expired") throw expired(clientName)
      if (kind === "locked" && beginsNow) await takeLock(target)
      if (kind === "killed") die()
      const answer = await (dead ? never : next(args))
      if (kind === "killedAfter") die()
      return dead ? never : answer
    }

  /** AWS's clock is right, and the SDK reads the machine's; each answer tells it what time it is. */
  const skewed: Middleware =
    (next, { clientName = "" }) =>
    async (args) => {
      const now = Date.now() - skewSeconds * 1000
      const headers = { date: new Date(now).toUTCString() }
      const difference = Math.abs(Date.parse(signedAt(args.request.headers)) - now) / 1000
      if (difference > toleratedSkew(clientName)) {
        const message = "The difference between the request time and the current time is too large."
        throw refusal("RequestTimeTooSkewed", 403, message, { statusCode: 403, headers })
      }
      const answer = await next(args)
      Object.assign((answer.response as { headers: object }).headers, headers)
      return answer
    }

  await addLayer(aws, interrupted)
  await injectFaults(aws, faults, happened, (seconds) => clock.sleep(seconds * 1000))
  if (skewSeconds !== 0) await addLayer(aws, skewed)
  return { target: { ...target, aws, clock }, happened, killed }
}

const expired = (clientName?: string): Error =>
  clientName === "S3Client"
    ? refusal("ExpiredToken", 400, "The provided token has expired.")
    : refusal("ExpiredTokenException", 400, "The security token included in the request is expired")

/** `20270101T000000Z`, as a time that can be parsed */
const signedAt = (headers: Record<string, string>): string =>
  headers["x-amz-date"]!.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z")

async function takeLock(target: Target): Promise<void> {
  const at = (seconds: number) => new Date(target.clock.now() + seconds * 1000).toISOString()
  const holder = {
    id: other,
    owner: other,
    reason: "deploy of commit 1f2e3d4c5b6a",
    step: "roll out",
    acquiredAt: at(0),
    expiresAt: at(target.platform.lock.seconds),
  }
  // Its owner may renew it in between.
  while (!(await writeLock(target, holder, (await readLock(target))?.etag))) continue
}
