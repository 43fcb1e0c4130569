import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { Aws } from "../../aws/clients.ts"

/** What can happen to a call of AWS. Those `After` happen once it has had its effect. */
export const faultKinds = [
  "throttled",
  "error",
  "resetBefore",
  "resetAfter",
  "errorAfter",
  "slow",
  "stale",
  "truncated",
] as const

/** A fault, and at which call of all it happens. */
export interface Fault {
  kind: (typeof faultKinds)[number]
  at: number
}

interface Answer {
  response: unknown
  output: Record<string, unknown>
}
interface Request {
  headers: Record<string, string>
}
interface Args {
  input: Record<string, unknown>
  request: Request
}
type Next = (args: Args) => Promise<Answer>
interface Context {
  clientName?: string
  commandName?: string
}
export type Middleware = (next: Next, context: Context) => Next
interface Client {
  middlewareStack: {
    add(
      middleware: Middleware,
      options: { step: "finalizeRequest" | "deserialize"; priority: "low"; name: string },
    ): void
  }
}

/** What the SDK makes of an answer that AWS refuses with. */
export const refusal = (name: string, httpStatusCode: number, message: string, $response?: object): Error =>
  Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode }, $response })

const failure = (name: string, status: number): Error => refusal(name, status, `${name}, as a fault`)

const reset = (message = "read ECONNRESET"): Error =>
  Object.assign(new Error(`${message}, as a fault`), { name: "Error", code: "ECONNRESET" })

const isRead = (command: string): boolean => /^(Describe|List|Get|Head|Filter)/.test(command)

/** Puts a layer around what all clients of a deploy of the stage send: within the SDK's retries, or within its parsing. */
export async function addLayer(
  aws: Aws,
  layer: Middleware,
  step: "finalizeRequest" | "deserialize" = "finalizeRequest",
): Promise<void> {
  for (const name of Object.keys(aws) as (keyof Aws)[]) {
    const { middlewareStack } = (await aws[name]()) as unknown as Client
    middlewareStack.add(layer, { step, priority: "low", name: layer.name })
  }
}

/** Faults happen at the calls that they name, once each; what has happened is added to `happened` as text. */
export async function injectFaults(
  aws: Aws,
  faults: Fault[],
  happened: string[],
  sleep: (seconds: number) => Promise<void>,
): Promise<void> {
  const answers = new Map<string, Answer>()
  const truncated = new WeakSet<Request>()
  let calls = 0

  const faulty: Middleware =
    (next, { commandName = "" }) =>
    async (args) => {
      const call = calls++
      const fault = faults.find(({ at }) => at === call)
      const key = `${commandName} ${JSON.stringify(args.input, (_, value: unknown) => (value instanceof Uint8Array ? value.length : value))}`
      if (fault) happened.push(`${fault.kind} at call ${call}, ${commandName}`)
      if (fault?.kind === "throttled") throw failure("ThrottlingException", 400)
      if (fault?.kind === "error") throw failure("InternalFailure", 500)
      if (fault?.kind === "resetBefore") throw reset()
      const before = answers.get(key)
      if (fault?.kind === "stale" && isRead(commandName) && before) return before
      if (fault?.kind === "slow") await sleep(20)
      if (fault?.kind === "truncated") truncated.add(args.request)
      const answer = await next(args)
      // A body that has been read cannot be read again.
      if (isRead(commandName) && !commandName.startsWith("GetObject")) answers.set(key, answer)
      if (fault?.kind === "resetAfter") throw reset()
      if (fault?.kind === "errorAfter") throw failure("InternalFailure", 500)
      return answer
    }

  /** Half of an answer's body, and then the end of its connection. */
  const truncating: Middleware = (next) => async (args) => {
    const answer = await next(args)
    if (!truncated.has(args.request)) return answer
    const response = answer.response as { body: Readable }
    const whole = await buffer(response.body)
    response.body = Readable.from(
      (function* () {
        yield whole.subarray(0, whole.length >> 1)
        throw reset("aborted")
      })(),
    )
    return answer
  }

  await addLayer(aws, faulty)
  await addLayer(aws, truncating, "deserialize")
}
