import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http"
import { pipeline } from "node:stream"
import { closeServer, listen } from "./ports.ts"

/** Requests whose path is the prefix, or goes on below it, are forwarded to one of the targets. */
export interface Rule {
  prefix: string
  /** The targets that may be sent requests now */
  targets(): { host: string; port: number }[]
}

export interface LoadBalancer {
  url: string
  port: number
  close(): Promise<void>
}

/** The ALB's idle time-out, in milliseconds: the targets keep connections open for longer. */
const idleTimeout = 60_000

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

/**
 * Forwards by path rule to healthy targets, in turn, as the ALB does: 503 where a rule has no target, 502 where the target
 * breaks the connection, 504 where it does not answer in time, 404 where no rule fits, and a fixed answer on `/health`.
 */
export async function startLoadBalancer(
  rules: Rule[],
  options: { port: number; host?: string },
): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true, timeout: idleTargetTimeout })
  const forward = forwarder(agent)
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url!.split("?", 1)[0]!
    if (path === "/health") return answer(outgoing, 200, "ok")
    const rule = rules.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
    if (!rule) return answer(outgoing, 404, "no rule for this path")
    forward(rule, incoming, outgoing)
  })
  server.keepAliveTimeout = idleTimeout
  const { host = "127.0.0.1" } = options
  const port = await listen(server, options.port, host)
  return {
    port,
    url: `http://${host}:${port}`,
    async close() {
      agent.destroy()
      await closeServer(server)
    },
  }
}

function forwarder(agent: Agent): (rule: Rule, incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const turns = new Map<string, number>()
  return (rule, incoming, outgoing) => {
    const targets = rule.targets()
    if (targets.length === 0) return answer(outgoing, 503, "no healthy target")
    const turn = turns.get(rule.prefix) ?? 0
    turns.set(rule.prefix, turn + 1)

    const { host, port } = targets[turn % targets.length]!
    const { method, url: path } = incoming
    const sent = request({ agent, host, port, method, path, headers: forwardedHeaders(incoming), timeout: idleTimeout })
    sent.on("response", (response) => {
      outgoing.writeHead(response.statusCode!, endToEnd(response.headers))
      // An error here is a connection that broke half-way through; the client sees it break, too.
      pipeline(response, outgoing, () => undefined)
    })
    sent.on("timeout", () => {
      answer(outgoing, 504, "the target did not answer in time")
      sent.destroy()
    })
    sent.on("error", () => answer(outgoing, 502, "the target broke the connection"))
    outgoing.on("close", () => sent.destroy())
    pipeline(incoming, sent, () => undefined)
  }
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

function answer(outgoing: ServerResponse, status: number, text: string): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8", server: "cat-house-load-balancer" })
  outgoing.end(`${text}\n`)
}
