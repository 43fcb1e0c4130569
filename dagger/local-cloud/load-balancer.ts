import { createServer } from "node:http"
import type { Address } from "./ecs/address.ts"
import { answer, forwarder, idleTimeout, type Count } from "./forward.ts"
import { closeServer, listen } from "./ports.ts"

/** Requests whose path is the prefix, or goes on below it, are forwarded to one of the targets. */
export interface Rule {
  prefix: string
  /** Only those to this host; `*.` stands for all below it */
  host?: string | undefined
  /** Those that share its requests */
  groups(): TargetGroup[]
}

interface TargetGroup {
  /** Its ARN, or whatever answers are to be counted by */
  name: string
  /** Of 100 requests */
  weight: number
  /** Those that may be sent requests now */
  targets: Address[]
}

export interface LoadBalancer {
  url: string
  port: number
  close(): Promise<void>
}

/** One of the groups that share a rule's requests, each as often as its weight says. */
function chosen(rule: Rule): TargetGroup | undefined {
  const groups = rule.groups()
  let drawn = Math.random() * groups.reduce((sum, { weight }) => sum + weight, 0)
  return groups.find(({ weight }) => (drawn -= weight) < 0)
}

const isWithin = (prefix: string, path: string): boolean =>
  prefix === "/" || path === prefix || path.startsWith(`${prefix}/`)

function isFor({ host }: Rule, asked: string): boolean {
  const name = asked.replace(/:\d+$/, "").toLowerCase()
  if (host === undefined) return true
  return host.startsWith("*.") ? name.endsWith(host.slice(1)) : name === host
}

/** Those of a host come first, and a longer path before a shorter one: Terraform gives the rules such priorities. */
const bySpecificity = (one: Rule, other: Rule): number =>
  Number(other.host !== undefined) - Number(one.host !== undefined) || other.prefix.length - one.prefix.length

/**
 * Forwards by path rule to healthy targets, in turn, as the ALB does: 503 where a rule has no target, 502 where the target
 * breaks the connection, 504 where it does not answer in time, 404 where no rule fits, and a fixed answer on `/health` unless a rule takes it.
 */
export async function startLoadBalancer(
  rules: Rule[],
  options: { port: number; host?: string | undefined; count?: Count | undefined },
): Promise<LoadBalancer> {
  const { forward, close } = forwarder(options.count)
  const inOrder = rules.toSorted(bySpecificity)
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url!.split("?", 1)[0]!
    const rule = inOrder.find((rule) => isFor(rule, incoming.headers.host ?? "") && isWithin(rule.prefix, path))
    if (!rule) return path === "/health" ? answer(outgoing, 200, "ok") : answer(outgoing, 404, "no rule for this path")
    const { name, targets } = chosen(rule) ?? { name: rule.prefix, targets: [] }
    forward(name, targets, incoming, outgoing)
  })
  server.keepAliveTimeout = idleTimeout
  const { host = "127.0.0.1" } = options
  const port = await listen(server, options.port, host)
  return {
    port,
    // Everywhere is here, too.
    url: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`,
    async close() {
      close()
      await closeServer(server)
    },
  }
}
