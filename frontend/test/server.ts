import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** What the server is asked: `GET /path`, and what came with it */
export interface Asked {
  request: string
  headers: IncomingHttpHeaders
  body: string
}

/** A status, and a body: text is sent as it is, anything else as JSON */
export type Reply = [status: number, body?: unknown, headers?: Record<string, string>]
export type Answer = (asked: Asked) => Promise<Reply> | Reply

export interface Origin {
  asked: Asked[]
  close(): Promise<void>
}

/** Where test/browser.js sends what the page fetches */
const page = globalThis as { servedFrom?: string }

/** A server on this machine that the page takes for its own origin until it is closed. It remembers what it is asked. */
export async function serve(answers: Record<string, Answer>): Promise<Origin> {
  const asked: Asked[] = []
  const server = createServer(async (message, response) => {
    const { method, url, headers } = message
    const one = { request: `${method} ${url}`, headers, body: await text(message) }
    asked.push(one)
    const [status, body, more] = (await answers[one.request]?.(one)) ?? [
      404,
      { detail: `Nothing answers ${one.request}` },
    ]
    const type = typeof body === "string" ? "text/html" : status < 400 ? "application/json" : "application/problem+json"
    response.writeHead(status, { "content-type": type, connection: "close", ...more })
    response.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // Not by a <base>: the page's own address would have to be there, too.
  page.servedFrom = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    asked,
    close: () => closed(server),
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
