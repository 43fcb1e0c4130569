import type { Aws } from "../../aws/clients.ts"

/** What can happen to a call of AWS. Those `After` happen once it has had its effect. */
export const faultKinds = ["throttled", "error", "resetBefore", "resetAfter", "errorAfter", "slow", "stale"] as const

/** A fault, and at which call of all it happens. */
export interface Fault {
  kind: (typeof faultKinds)[number]
  at: number
}

type Output = Record<string, unknown>
interface Args {
  input: Output
}
type Next = (args: Args) => Promise<{ response: unknown; output: Output }>
interface Client {
  middlewareStack: {
    add(
      middleware: (next: Next, context: { commandName?: string }) => Next,
      options: { step: "finalizeRequest"; priority: "low"; name: string; override: boolean },
    ): void
  }
}

const clients = ["cloudwatch", "ecs", "elb", "logs", "s3", "secrets"] as const

/**
 * Puts a layer between the SDK's retries and the wire. Faults happen at the calls that they name, once each, until `end`; what
 * has happened is returned as text.
 */
export async function inject(aws: Aws, faults: Fault[], sleep: (seconds: number) => Promise<void>) {
  const happened: string[] = []
  const answers = new Map<string, { response: unknown; output: Output }>()
  let calls = 0
  let over = false
  const layer =
    (next: Next, { commandName = "" }: { commandName?: string }): Next =>
    async (args) => {
      if (over) return next(args)
      const call = calls++
      const fault = faults.find(({ at }) => at === call)
      const key = `${commandName} ${JSON.stringify(args.input, (_, value: unknown) => (value instanceof Uint8Array ? value.length : value))}`
      if (fault) happened.push(`${fault.kind} at call ${call}, ${commandName}`)
      if (fault?.kind === "throttled") throw failure("ThrottlingException", 400)
      if (fault?.kind === "error") throw failure("InternalFailure", 500)
      if (fault?.kind === "resetBefore") throw reset()
      const isRead = /^(Describe|List|Get|Head|Filter)/.test(commandName)
      const before = answers.get(key)
      if (fault?.kind === "stale" && isRead && before) return before
      if (fault?.kind === "slow") await sleep(20)
      const answer = await next(args)
      // A body that has been read cannot be read again.
      if (isRead && !commandName.startsWith("GetObject")) answers.set(key, answer)
      if (fault?.kind === "resetAfter") throw reset()
      if (fault?.kind === "errorAfter") throw failure("InternalFailure", 500)
      return answer
    }
  for (const name of clients) {
    const { middlewareStack } = (await aws[name]()) as unknown as Client
    middlewareStack.add(layer, { step: "finalizeRequest", priority: "low", name: "faults", override: true })
  }
  return { happened, end: () => void (over = true) }
}

const failure = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(`${name}, as a fault`), { name, $fault: "server", $metadata: { httpStatusCode } })

const reset = (): Error =>
  Object.assign(new Error("read ECONNRESET, as a fault"), { name: "Error", code: "ECONNRESET" })
