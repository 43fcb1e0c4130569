import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { closeServer, listen } from "./ports.ts"

/** An endpoint to call through the proxy: it tells what it was sent, the headers of the installation among it. */
export async function startEcho({ host = "127.0.0.1", port = 0 } = {}): Promise<{
  /** `host:port` */
  address: string
  close(): Promise<void>
}> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  return { address: `${host}:${await listen(server, port, host)}`, close: () => closeServer(server) }
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method, url: path, headers } = incoming
  const body = await text(incoming)
  const told = JSON.stringify({ method, path, headers, body }, null, 2)
  outgoing.writeHead(200, { "content-type": "application/json" }).end(`${told}\n`)
}
