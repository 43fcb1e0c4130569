import type { Action, RuleCondition } from "#aws/elb"
import { createServer, request, type IncomingMessage, type RequestListener } from "node:http"
import { text } from "node:stream/consumers"
import { afterAll, expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { balancers } from "../../local-cloud/listeners.ts"
import { localCredentials } from "../../local-cloud/ministack.ts"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { ministack } from "../delivery/emulator.ts"

const aws = connect({ region: "sa-east-1", endpoint: ministack.url, credentials: localCredentials })
const elb = await aws.elb()

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  afterAll(() => closeServer(server))
  return listen(server, 0)
}

const targetPort = await serve((incoming, outgoing) => outgoing.end(`target got ${incoming.url}`))
const counted: [group: string, status: number | undefined][] = []
const loadBalancers = balancers(
  aws,
  (arn) => (arn === healthy ? [{ host: "127.0.0.1", port: targetPort }] : []),
  (group, status) => void counted.push([group, status]),
)
afterAll(loadBalancers.close)
const port = await serve((incoming, outgoing) => {
  void loadBalancers.serve(incoming, outgoing).then((served) => served || outgoing.writeHead(421).end())
})

/** What a load balancer answers to a request, by its path or by the Host header. */
async function ask(path: string, headers: Record<string, string> = {}, method = "GET") {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, path, method, headers }, resolve).once("error", reject).end()
  })
  return { status: incoming.statusCode, location: incoming.headers.location, body: (await text(incoming)).trim() }
}

async function targetGroup(Name: string): Promise<string> {
  const { TargetGroups } = await elb.createTargetGroup({
    Name,
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
    VpcId: "vpc",
  })
  return TargetGroups![0]!.TargetGroupArn!
}

const healthy = await targetGroup("healthy")
const idle = await targetGroup("idle")
const { LoadBalancers } = await elb.createLoadBalancer({ Name: "front", Subnets: ["subnet-1", "subnet-2"] })
const { LoadBalancerArn, DNSName } = LoadBalancers![0]!
const fixed = (MessageBody: string): Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain", MessageBody },
})
const { Listeners } = await elb.createListener({
  LoadBalancerArn,
  Protocol: "HTTP",
  Port: 80,
  DefaultActions: [fixed("the default")],
})
const ListenerArn = Listeners![0]!.ListenerArn!
const addRule = (Priority: number, Conditions: RuleCondition[], action: Action) =>
  elb.createRule({ ListenerArn, Priority, Conditions, Actions: [action] })
const path = (pattern: string): RuleCondition => ({ Field: "path-pattern", Values: [pattern] })

await addRule(10, [path("/api/*")], { Type: "forward", TargetGroupArn: healthy })
await addRule(2, [path("/api/idle/*")], { Type: "forward", TargetGroupArn: idle })
await addRule(11, [path("/v?/cats.json")], fixed("cats of a version"))
await addRule(12, [{ Field: "host-header", Values: ["*.cats.example"] }], fixed("by host"))
await addRule(13, [path("/posted"), { Field: "http-request-method", Values: ["POST"] }], fixed("posted"))
await addRule(14, [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }], fixed("by source"))
await addRule(15, [path("/old")], {
  Type: "redirect",
  RedirectConfig: { Path: "/new", Host: "cats.example", Port: "8080", StatusCode: "HTTP_302" },
})

test("a request goes by the first rule in order of priority, and to a healthy target under the path that was asked for", async () => {
  expect(await ask("/_alb/front/api/cats?x=1")).toMatchObject({ status: 200, body: "target got /api/cats?x=1" })
  expect(counted.at(-1)).toEqual([healthy, 200])
  expect(await ask("/_alb/front/api/idle/cats")).toMatchObject({ status: 503 })
})

test("a load balancer is reached by its DNS name, too", async () => {
  expect(await ask("/api/cats", { host: DNSName! })).toMatchObject({ body: "target got /api/cats" })
})

test.each([
  ["/v1/cats.json", {}, "GET", "cats of a version"],
  ["/v12/cats.json", {}, "GET", "the default"],
  ["/v1/catsxjson", {}, "GET", "the default"],
  ["/", { host: "www.cats.example" }, "GET", "by host"],
  ["/posted", {}, "POST", "posted"],
  ["/posted", {}, "GET", "the default"],
  ["", {}, "GET", "the default"],
])("%s %o %s: %s", async (asked, headers, method, body) => {
  expect(await ask(`/_alb/front${asked}`, headers, method)).toMatchObject({ status: 200, body })
})

test("a redirect names what it changes, and keeps the rest", async () => {
  expect(await ask("/_alb/front/old?x=1")).toMatchObject({ status: 302, location: "http://cats.example:8080/new?x=1" })
})

test.each(["/_alb/nobodys/", "/", "/_albatross/front/"])("%s is no load balancer's", async (asked) => {
  expect(await ask(asked)).toMatchObject({ status: 421 })
})
