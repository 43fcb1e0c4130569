import fc from "fast-check"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { ask } from "../../local-cloud/endpoint.ts"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { faultKinds } from "./faults.ts"

/** All but what an endpoint cannot do that remembers nothing */
const kinds = faultKinds.filter((kind) => kind !== "stale")
type Kind = (typeof kinds)[number]

/** One request in so many meets with a fault of its own. */
const oneIn = 40

/** So many requests one after the other meet with the same, at most: more than a client of AWS's tries. */
const longestBurst = 12

/** An endpoint in front of AWS's, whatever is asked there, and of which service. */
interface UnreliableEndpoint {
  url: string
  /** What has happened, in the order of the requests */
  happened: string[]
  close(): Promise<void>
}

/** The same requests meet with the same faults for the same seed. */
export async function startUnreliableEndpoint(upstream: string, seed: number): Promise<UnreliableEndpoint> {
  const kind = fc.constantFrom(...kinds)
  const single = fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: kind })
  const singles = fc.sample(single, { seed, numRuns: 5000 })
  const [burst] = fc.sample(fc.record({ from: fc.nat(400), length: fc.nat(longestBurst), kind }), { seed, numRuns: 1 })
  const faultAt = (request: number): Kind | undefined =>
    request >= burst!.from && request < burst!.from + burst!.length ? burst!.kind : singles[request]

  const happened: string[] = []
  let requests = 0
  const server = createServer((incoming, outgoing) => {
    const request = requests++
    const fault = faultAt(request)
    if (fault) happened.push(`${fault} at request ${request}, ${incoming.method} ${incoming.url}`)
    answer(upstream, incoming, outgoing, fault).catch(() => outgoing.destroy())
  })
  const port = await listen(server, 0)
  return { url: `http://127.0.0.1:${port}`, happened, close: () => closeServer(server) }
}

async function answer(
  upstream: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Kind | undefined,
): Promise<void> {
  const body = await buffer(incoming)
  if (fault === "throttled") return void outgoing.writeHead(429).end()
  if (fault === "error") return void outgoing.writeHead(503).end()
  if (fault === "resetBefore") return void outgoing.destroy()
  const answered = await ask(upstream, incoming, body)
  const whole = await buffer(answered)
  if (fault === "errorAfter") return void outgoing.writeHead(500).end()
  if (fault === "resetAfter") return void outgoing.destroy()
  if (fault === "slow") await sleep(3000)
  outgoing.writeHead(answered.statusCode!, answered.headers)
  if (fault !== "truncated") return void outgoing.end(whole)
  outgoing.write(whole.subarray(0, whole.length >> 1), () => outgoing.destroy())
}
