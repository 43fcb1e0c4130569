import type { Server as HttpServer } from "node:http"
import { createServer, type AddressInfo, type Server } from "node:net"
import { refused } from "../platform/failure.ts"

/** Where people look for the platform: the website with the API below /api, and the API's load balancer */
export const customaryPorts = { site: 19006, api: 8004 }

/** A loopback port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, 0)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Listens on a loopback port, any free one for 0. Refuses a port that is taken. */
export async function listen(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error
    throw refused(
      `port ${port} is in use.`,
      "Stop what listens there, or choose another with --port or --site-port; without them a free one is taken.",
    )
  })
  return (server.address() as AddressInfo).port
}

/** Closes an HTTP server, and with it the connections that its clients keep open. */
export async function closeServer(server: HttpServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

/** A port, or 0 for any other where it is taken. */
export async function ifFree(port: number): Promise<number> {
  const server = createServer()
  const free = await listen(server, port).catch(() => 0)
  await new Promise((resolve) => server.close(resolve))
  return free
}
