/** What all of the SDK's clients have. */
interface Client {
  middlewareStack: {
    add(middleware: (next: Handler, context: Context) => Handler, options: { step: "initialize"; name: string }): void
  }
}
type Handler = (args: unknown) => Promise<unknown>
interface Context {
  commandName?: string
}
type SdkError = Error & { $metadata?: { httpStatusCode?: number } }

/** The SDK's words for its callers' programmers, and what they are to people. Its errors keep their names. */
const words: [pattern: RegExp, plain: (operation: string, status: number | undefined, match: string[]) => string][] = [
  [
    /the request socket timed out after (\d+) ms/,
    (operation, _, [, after]) => `${operation} was answered in part, and then nothing came for ${seconds(after)}`,
  ],
  [/^aborted\b/, (operation) => `${operation} was answered in part, and then the connection ended`],
  [
    /Deserialization error: to see the raw response/,
    (operation, status) => `${operation} was answered${status ? ` with ${status}` : ""}, and not as AWS answers`,
  ],
  [
    /^UnknownError$/,
    (operation, status) => `${operation} was answered with ${status ?? "an error"}, and no reason was given`,
  ],
  [
    /a request has exceeded the configured (\d+) ms/,
    (operation, _, [, after]) => `${operation} had no answer within ${seconds(after)}`,
  ],
  [
    /did not establish a connection with the server within the configured timeout of (\d+) ms/,
    (operation, _, [, after]) => `${operation}: AWS could not be reached within ${seconds(after)}`,
  ],
]

const seconds = (milliseconds = ""): string => `${Number(milliseconds) / 1000} s`

/** Makes a client's errors say what went wrong to whoever reads them, who cannot inspect an object. */
export function plainErrors<C>(client: C): C {
  const { middlewareStack } = client as C & Client
  const reword =
    (next: Handler, { commandName = "" }: Context): Handler =>
    async (args) => {
      try {
        return await next(args)
      } catch (error) {
        if (error instanceof Error) error.message = plain(error, commandName.replace(/Command$/, ""))
        throw error
      }
    }
  middlewareStack.add(reword, { step: "initialize", name: "plainErrors" })
  return client
}

function plain({ message, $metadata }: SdkError, operation: string): string {
  for (const [pattern, say] of words) {
    const match = pattern.exec(message)
    if (match) return say(operation, $metadata?.httpStatusCode, [...match])
  }
  return message
}
