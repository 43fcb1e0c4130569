import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { S3 } from "#aws/s3"

interface Answer {
  response: { body: unknown }
}
type Handler = (args: unknown) => Promise<Answer>

/** The part of S3's middleware that is used here */
interface Client {
  middlewareStack: {
    add(
      middleware: (next: Handler, context: { commandName?: string }) => Handler,
      options: { step: "deserialize"; priority: "low"; name: string },
    ): void
  }
}

/**
 * Has objects read before GetObject has answered, so that the SDK asks again for one that breaks off. Read by its caller, it is
 * an answer that has come already. Those of a deploy fit into memory.
 */
export function readWhole(client: S3): S3 {
  const { middlewareStack } = client as unknown as Client
  const read = (next: Handler, { commandName }: { commandName?: string }): Handler => {
    if (commandName !== "GetObjectCommand") return next
    return async (args) => {
      const answer = await next(args)
      const { response } = answer
      if (response.body instanceof Readable)
        response.body = Readable.from([await buffer(response.body)], { objectMode: false })
      return answer
    }
  }
  middlewareStack.add(read, { step: "deserialize", priority: "low", name: "readWhole" })
  return client
}
