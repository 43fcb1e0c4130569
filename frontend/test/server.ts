import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"

/** What a path answers: a status, and a body that is sent as JSON */
export type Answer = () => Promise<[status: number, body?: unknown]> | [status: number, body?: unknown]

/** A server on this machine that the page takes for its own origin until it is closed. It counts what it is asked. */
export async function serve(answers: Record<string, Answer>): Promise<{ asked: string[]; close(): Promise<void> }> {
  const asked: string[] = []
  const server = createServer(async ({ url = "" }, response) => {
    asked.push(url)
    const [status, body] = (await answers[url]?.()) ?? [404]
    response.writeHead(status, { "content-type": "application/json", connection: "close" })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const base = document.head.appendChild(document.createElement("base"))
  base.href = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    asked,
    close: () => {
      base.remove()
      return closed(server)
    },
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
