import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http"
import { pipeline } from "node:stream"
import type { Address } from "./ecs/address.ts"

/** The ALB's idle time-out, in milliseconds: the targets keep connections open for longer. */
export const idleTimeout = 60_000

/**
 * How long this one keeps an idle connection to a target, in milliseconds. The ALB closes those to a target that is
 * deregistered, of which this one hears nothing; a service that is stopped waits for them.
 */
const idleTargetTimeout = 500

/** Headers that concern one connection, not the request (RFC 9110, 7.6.1). */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]

export interface Forwarder {
  /**
   * Hands a request on to one of the targets, in turn for each `group`: 503 where there is none, 502 where the target breaks
   * the connection, 504 where it does not answer in time.
   */
  forward(group: string, targets: Address[], incoming: IncomingMessage, outgoing: ServerResponse): void
  close(): void
}

/** Told of each answer of a group's target: its status, undefined where it broke the connection, and the seconds it took. */
export type Count = (group: string, status: number | undefined, seconds: number) => void

export function forwarder(count: Count = () => {}): Forwarder {
  const agent = new Agent({ keepAlive: true, timeout: idleTargetTimeout })
  const turns = new Map<string, number>()
  const forward: Forwarder["forward"] = (group, targets, incoming, outgoing) => {
    if (targets.length === 0) return answer(outgoing, 503, "no healthy target")
    const turn = turns.get(group) ?? 0
    turns.set(group, turn + 1)

    const { host, port } = targets[turn % targets.length]!
    const { method, url: path } = incoming
    const startedAt = performance.now()
    const note = (status?: number) => count(group, status, (performance.now() - startedAt) / 1000)
    const sent = request({ agent, host, port, method, path, headers: forwardedHeaders(incoming), timeout: idleTimeout })
    sent.on("response", (response) => {
      note(response.statusCode)
      outgoing.writeHead(response.statusCode!, endToEnd(response.headers))
      // An error here is a connection that broke half-way through; the client sees it break, too.
      pipeline(response, outgoing, () => undefined)
    })
    sent.on("timeout", () => {
      answer(outgoing, 504, "the target did not answer in time")
      sent.destroy()
    })
    sent.on("error", () => {
      // A client that has left says nothing of the target.
      if (!outgoing.headersSent && !outgoing.destroyed) note()
      answer(outgoing, 502, "the target broke the connection")
    })
    outgoing.on("close", () => sent.destroy())
    pipeline(incoming, sent, () => undefined)
  }
  return { forward, close: () => agent.destroy() }
}

function forwardedHeaders(incoming: IncomingMessage): OutgoingHttpHeaders {
  const client = incoming.socket.remoteAddress ?? ""
  const before = incoming.headers["x-forwarded-for"]
  return {
    ...endToEnd(incoming.headers),
    "x-forwarded-for": before ? `${String(before)}, ${client}` : client,
    "x-forwarded-proto": "http",
    "x-forwarded-port": String(incoming.socket.localPort),
  }
}

function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)))
}

/** An answer of the load balancer's own. */
export function answer(outgoing: ServerResponse, status: number, text: string, type?: string): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  const headers = { "content-type": type ?? "text/plain; charset=utf-8", server: "cat-house-load-balancer" }
  outgoing.writeHead(status, headers).end(text && `${text}\n`)
}
