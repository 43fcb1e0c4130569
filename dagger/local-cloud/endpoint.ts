import { randomUUID } from "node:crypto"
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { Balancers } from "./listeners.ts"
import { closeServer, listen } from "./ports.ts"
import { AwsError } from "./ecs/aws-error.ts"
import type { Rollouts } from "./ecs/ecs.ts"
import type { Metrics } from "./metrics.ts"
import { errorAnswer, targetHealthAnswer, targetsAskedFor } from "./elb-query.ts"

/** The local cloud's AWS endpoint, the one that AWS_ENDPOINT_URL would name. */
export interface ControlPlane {
  url: string
  close(): Promise<void>
}

export interface ControlPlaneOptions {
  host?: string | undefined
  port?: number | undefined
  /** Those that clients made, served on the same port */
  loadBalancers?: Balancers
  /** Of what load balancers have counted; without it, ministack's */
  metrics?: Metrics
}

/** In milliseconds. A connection that is closed just as a call is sent on it would fail the call. */
const keepAliveTimeout = 60_000

const json = "application/x-amz-json-1.1"
const ecsTarget = "AmazonEC2ContainerServiceV20141113."
const getMetricData = "GraniteServiceVersion20100801.GetMetricData"

/**
 * Answers for AWS on one port: ECS and DescribeTargetHealth from `rollouts`, which has them as AWS does, GetMetricData from
 * what load balancers have counted, and everything else from ministack.
 */
export async function startControlPlane(
  rollouts: Rollouts,
  ministackUrl: string,
  { host = "127.0.0.1", port: wanted = 0, loadBalancers, metrics }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const server = createServer({ keepAliveTimeout }, (incoming, outgoing) => {
    const requestId = randomUUID()
    const answered = async () => {
      if (await loadBalancers?.serve(incoming, outgoing)) return
      outgoing.setHeader("x-amzn-requestid", requestId)
      await handle({ rollouts, ministackUrl, metrics }, incoming, outgoing, requestId)
    }
    answered().catch((error: Error & { statusCode?: number }) => {
      if (outgoing.headersSent) return void outgoing.destroy()
      const [type, body] = isForm(incoming) ? ["text/xml", errorAnswer(error, requestId)] : [json, jsonError(error)]
      outgoing.writeHead(error.statusCode ?? 500, { "content-type": type }).end(body)
    })
  })
  const port = await listen(server, wanted, host)
  return {
    url: `http://${host}:${port}`,
    close: () => closeServer(server),
  }
}

interface Behind {
  rollouts: Rollouts
  ministackUrl: string
  metrics?: Metrics | undefined
}

async function handle(
  { rollouts, ministackUrl, metrics }: Behind,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  requestId: string,
): Promise<void> {
  const body = await buffer(incoming)
  const target = String(incoming.headers["x-amz-target"] ?? "")
  if (target.startsWith(ecsTarget)) {
    const answer = await rollouts.call(target.slice(ecsTarget.length), inputOf(body))
    outgoing.writeHead(200, { "content-type": json }).end(JSON.stringify(answer))
    return
  }
  if (metrics && target === getMetricData) {
    outgoing.writeHead(200, { "content-type": json }).end(JSON.stringify(metrics.getMetricData(inputOf(body))))
    return
  }
  const query = new URLSearchParams(isForm(incoming) ? body.toString() : "")
  if (query.get("Action") === "DescribeTargetHealth") {
    const targetGroup = targetGroupOf(query)
    await rollouts.checkTargetGroup(targetGroup)
    const targets = rollouts.targetHealth(targetGroup, targetsAskedFor(query))
    outgoing.writeHead(200, { "content-type": "text/xml" }).end(targetHealthAnswer(targets, requestId))
    return
  }
  await passOn(ministackUrl, incoming, body, outgoing)
}

function inputOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || "{}")
  } catch {
    throw new AwsError("SerializationException", "The request's body is not JSON.")
  }
}

function targetGroupOf(query: URLSearchParams): string {
  const arn = query.get("TargetGroupArn")
  if (!arn) throw new AwsError("ValidationError", "A target group ARN must be specified")
  if (!arn.startsWith("arn:")) throw new AwsError("ValidationError", `'${arn}' is not a valid target group ARN`)
  return arn
}

const isForm = (incoming: IncomingMessage): boolean =>
  (incoming.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")

export async function passOn(
  url: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const answer = await ask(url, incoming, body)
  outgoing.writeHead(answer.statusCode!, answer.headers)
  await pipeline(answer, outgoing)
}

/** Sends a request on, and returns how it is answered. */
export function ask(
  url: string,
  { method, headers, url: path }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(new URL(path!, url), { method, headers }, resolve).once("error", reject).end(body)
  })
}

const jsonError = ({ name, message }: Error): string => JSON.stringify({ __type: name, message })
