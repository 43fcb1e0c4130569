import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders } from "node:http"
import { onTestFinished } from "vitest"
import { closeServer, listen } from "../../../local-cloud/ports.ts"

export interface Passed {
  method: string
  /** Path without its query: `/bucket/key` */
  path: string
}

/** What stands between AWS's clients and the emulator: it writes down what passes, and lets a test interfere. */
export interface Gate {
  url: string
  passed: Passed[]
  /** The most requests that were under way at a time */
  mostAtATime: number
  /** Requests that are denied, as AWS denies them */
  denies: (passed: Passed) => boolean
  /** Called before a request is passed on, which waits for it */
  before: (passed: Passed) => Promise<void>
  /** Changes the headers of what is passed on */
  changes: (passed: Passed, headers: OutgoingHttpHeaders) => OutgoingHttpHeaders
}

const denied = "<Error><Code>AccessDenied</Code><Message>denied by the test</Message></Error>"

export async function startGate(endpoint: string): Promise<Gate> {
  let underWay = 0
  const gate: Gate = {
    url: "",
    passed: [],
    mostAtATime: 0,
    denies: () => false,
    before: async () => {},
    changes: (_, headers) => headers,
  }
  const server = createServer((incoming, outgoing) => {
    gate.mostAtATime = Math.max(gate.mostAtATime, ++underWay)
    const passed = { method: incoming.method!, path: decodeURIComponent(incoming.url!.split("?", 1)[0]!) }
    gate.passed.push(passed)
    // Whoever has got the answer may send the next request at once.
    const answer = () => (underWay--, outgoing)
    void (async () => {
      const body = await bodyOf(incoming)
      await gate.before(passed)
      if (gate.denies(passed)) return answer().writeHead(403, { "content-type": "application/xml" }).end(denied)
      const options = { method: incoming.method, headers: gate.changes(passed, incoming.headers) }
      const sent = request(new URL(incoming.url!, endpoint), options, (response) =>
        response.pipe(answer().writeHead(response.statusCode!, response.headers)),
      )
      sent.on("error", () => answer().destroy())
      sent.end(body)
    })()
  })
  gate.url = `http://127.0.0.1:${await listen(server, 0)}`
  onTestFinished(() => closeServer(server))
  return gate
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
