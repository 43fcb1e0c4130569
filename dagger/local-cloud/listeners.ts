import type { Action, Rule } from "#aws/elb"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Aws } from "../aws/clients.ts"
import type { Address } from "./ecs/address.ts"
import { answer, forwarder, type Count } from "./forward.ts"
import { matches } from "./rule-conditions.ts"

/** The load balancers that clients made in ELBv2, at the endpoint's own port. */
export interface Balancers {
  /** Answers a request to one of them; false for any other request. */
  serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<boolean>
  close(): void
}

interface Balancer {
  name: string
  dnsName: string
  /** As its listener looks at them: the default one is the last */
  rules: Rule[]
}

/** In milliseconds. Listeners and rules are read again after that, so that a change is soon seen, and few requests wait. */
const readFor = 1_000

/** `/_alb/NAME/path`, for whom a load balancer's DNS name does not resolve; ministack has the same. */
const byPath = /^\/_alb\/([\w-]+)(\/.*)?$/

export function balancers(
  ministack: Aws,
  healthyTargets: (targetGroupArn: string) => Address[],
  count: Count,
): Balancers {
  const { forward, close } = forwarder(count)
  let known: { until: number; balancers: Promise<Balancer[]> } | undefined

  function read(): Promise<Balancer[]> {
    if (!known || known.until < Date.now()) {
      known = { until: Date.now() + readFor, balancers: readBalancers(ministack) }
    }
    return known.balancers
  }

  return {
    async serve(incoming, outgoing) {
      const host = incoming.headers.host?.split(":", 1)[0] ?? ""
      const [, name, path = "/"] = byPath.exec(incoming.url!) ?? []
      if (!name && !host.endsWith(".elb.amazonaws.com")) return false
      const balancer = (await read()).find((one) => (name ? one.name === name : one.dnsName === host))
      if (!balancer) return false
      if (name) incoming.url = path
      const { Actions = [] } = balancer.rules.find((rule) => matches(rule, incoming)) ?? {}
      act(Actions.at(-1), incoming, outgoing)
      return true
    },
    close,
  }

  /** A rule's last action ends it. Those before it authenticate, which is not done here. */
  function act(action: Action | undefined, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { TargetGroupArn: group, FixedResponseConfig: fixed, RedirectConfig: redirect } = action ?? {}
    if (group) return forward(group, healthyTargets(group), incoming, outgoing)
    if (fixed) return answer(outgoing, Number(fixed.StatusCode), fixed.MessageBody ?? "", fixed.ContentType)
    if (redirect) {
      outgoing.setHeader("location", locationOf(redirect, incoming))
      return answer(outgoing, Number(redirect.StatusCode?.replace("HTTP_", "")), "")
    }
    answer(outgoing, 404, "no rule for this request")
  }
}

/** Of each load balancer, the listener with the lowest port. */
async function readBalancers(ministack: Aws): Promise<Balancer[]> {
  const elb = await ministack.elb()
  const { LoadBalancers = [] } = await elb.describeLoadBalancers({})
  const reading = LoadBalancers.map(async ({ LoadBalancerArn, LoadBalancerName = "", DNSName = "" }) => {
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn })
    const [listener] = Listeners.toSorted((one, other) => (one.Port ?? 0) - (other.Port ?? 0))
    if (!listener) return []
    const { Rules = [] } = await elb.describeRules({ ListenerArn: listener.ListenerArn })
    const inOrder = Rules.filter(({ IsDefault }) => !IsDefault).toSorted(byPriority)
    return { name: LoadBalancerName, dnsName: DNSName, rules: [...inOrder, { Actions: listener.DefaultActions }] }
  })
  return (await Promise.all(reading)).flat()
}

const byPriority = (one: Rule, other: Rule): number => Number(one.Priority) - Number(other.Priority)

function locationOf(redirect: NonNullable<Action["RedirectConfig"]>, incoming: IncomingMessage): string {
  const { protocol, hostname, port, pathname, search } = new URL(incoming.url!, `http://${incoming.headers.host}`)
  const parts: Record<string, string> = {
    protocol: protocol.slice(0, -1),
    host: hostname,
    port: port || "80",
    path: pathname.slice(1),
    query: search.slice(1),
  }
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (_, part: string) => parts[part] ?? "")
  const {
    Protocol = "#{protocol}",
    Host = "#{host}",
    Port = "#{port}",
    Path = "/#{path}",
    Query = "#{query}",
  } = redirect
  const query = fill(Query)
  return `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}${fill(Path)}${query && `?${query}`}`
}
