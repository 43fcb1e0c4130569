import { channel } from "node:diagnostics_channel"

/** A call of AWS, as it is made: its input may hold secrets. */
export interface Call {
  /** The SDK's client: `ECSClient` */
  client: string
  /** `UpdateService` */
  operation: string
  region: string
  input: Record<string, unknown>
}

/** Where each call is published, for whoever wants to know what is asked of AWS. Nobody listens but tests. */
export const calls = channel("cat-house:aws-calls")

/** What all of the SDK's clients have. */
interface Client {
  config: { region(): Promise<string> }
  middlewareStack: {
    add(middleware: (next: Handler, context: Context) => Handler, options: { step: "initialize"; name: string }): void
  }
}
type Handler = (args: { input: Record<string, unknown> }) => Promise<unknown>
interface Context {
  clientName?: string
  commandName?: string
}

/** Makes a client publish each of its calls. */
export function publishCalls<C>(client: C): C {
  const { middlewareStack, config } = client as C & Client
  const publish =
    (next: Handler, { clientName = "", commandName = "" }: Context): Handler =>
    async (args) => {
      if (calls.hasSubscribers) {
        const operation = commandName.replace(/Command$/, "")
        const call: Call = { client: clientName, operation, region: await config.region(), input: args.input }
        calls.publish(call)
      }
      return next(args)
    }
  middlewareStack.add(publish, { step: "initialize", name: "publishCalls" })
  return client
}
