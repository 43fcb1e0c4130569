import type { TargetHealthDescription } from "#aws/elb"
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { closeServer, listen } from "./ports.ts"
import type { Rollouts } from "./ecs/ecs.ts"

/** The local cloud's AWS endpoint, the one that AWS_ENDPOINT_URL would name. */
export interface ControlPlane {
  url: string
  close(): Promise<void>
}

/** In milliseconds. A connection that is closed just as a call is sent on it would fail the call. */
const keepAliveTimeout = 60_000

const json = "application/x-amz-json-1.1"
const ecsTarget = "AmazonEC2ContainerServiceV20141113."

/**
 * Answers for AWS on one port: ECS and DescribeTargetHealth from `rollouts`, which has them as AWS does, and everything
 * else from ministack.
 */
export async function startControlPlane(
  rollouts: Rollouts,
  ministackUrl: string,
  { host = "127.0.0.1", port: wanted = 0 }: { host?: string; port?: number } = {},
): Promise<ControlPlane> {
  const server = createServer({ keepAliveTimeout }, (incoming, outgoing) => {
    handle(rollouts, ministackUrl, incoming, outgoing).catch((error: Error & { statusCode?: number }) => {
      if (outgoing.headersSent) return void outgoing.destroy()
      const [type, body] = isForm(incoming) ? ["text/xml", xmlError(error)] : [json, jsonError(error)]
      outgoing.writeHead(error.statusCode ?? 500, { "content-type": type }).end(body)
    })
  })
  const port = await listen(server, wanted, host)
  return {
    url: `http://${host}:${port}`,
    close: () => closeServer(server),
  }
}

async function handle(
  rollouts: Rollouts,
  ministackUrl: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await buffer(incoming)
  const target = String(incoming.headers["x-amz-target"] ?? "")
  if (target.startsWith(ecsTarget)) {
    const answer = await rollouts.call(target.slice(ecsTarget.length), JSON.parse(body.toString() || "{}"))
    outgoing.writeHead(200, { "content-type": json }).end(JSON.stringify(answer))
    return
  }
  const query = new URLSearchParams(isForm(incoming) ? body.toString() : "")
  if (query.get("Action") === "DescribeTargetHealth") {
    const targets = rollouts.targetHealth(query.get("TargetGroupArn") ?? "")
    outgoing.writeHead(200, { "content-type": "text/xml" }).end(targetHealthAnswer(targets))
    return
  }
  await passOn(ministackUrl, incoming, body, outgoing)
}

const isForm = (incoming: IncomingMessage): boolean =>
  (incoming.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")

export async function passOn(
  url: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const { method, headers } = incoming
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(incoming.url!, url), { method, headers }, resolve).once("error", reject).end(body)
  })
  outgoing.writeHead(answer.statusCode!, answer.headers)
  await pipeline(answer, outgoing)
}

/** ELBv2 speaks AWS's query protocol: form in, XML out. */
function targetHealthAnswer(targets: TargetHealthDescription[]): string {
  const members = targets.map(
    ({ Target, TargetHealth, HealthCheckPort }) =>
      `<member>${element("Target", element("Id", Target?.Id) + element("Port", Target?.Port))}` +
      element("HealthCheckPort", HealthCheckPort) +
      element(
        "TargetHealth",
        element("State", TargetHealth?.State) +
          element("Reason", TargetHealth?.Reason) +
          element("Description", TargetHealth?.Description),
      ) +
      "</member>",
  )
  const result = `<TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions>`
  return (
    '<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">' +
    `<DescribeTargetHealthResult>${result}</DescribeTargetHealthResult></DescribeTargetHealthResponse>`
  )
}

const jsonError = ({ name, message }: Error): string => JSON.stringify({ __type: name, message })

const xmlError = ({ name, message }: Error): string =>
  element(
    "ErrorResponse",
    element("Error", element("Type", "Sender") + element("Code", name) + element("Message", message)),
  )

/** An XML element; nothing where there is no value. Its content is text, or elements that were made here. */
function element(name: string, content: string | number | undefined): string {
  if (content === undefined) return ""
  const text = String(content)
  return `<${name}>${text.startsWith("<") ? text : text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</${name}>`
}
