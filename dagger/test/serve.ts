import { createServer, type RequestListener } from "node:http"
import { onTestFinished } from "vitest"
import { closeServer, listen } from "../local-cloud/ports.ts"

/** Answers on a free loopback port until the test has finished; returns the URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  onTestFinished(() => closeServer(server))
  return `http://127.0.0.1:${await listen(server, 0)}`
}

/** Begins an answer, and then ends the connection. */
export const cutOff: RequestListener = (request, response) =>
  void response.writeHead(200, { "content-length": 100 }).write("{", () => request.socket.destroy())
