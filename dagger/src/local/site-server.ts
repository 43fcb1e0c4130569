import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { pipeline } from "node:stream"
import type { Readable } from "node:stream"
import { createContext, runInContext } from "node:vm"
import type { Aws } from "../delivery/aws.ts"
import { messageOf } from "../outcome.ts"
import { closeServer, listen } from "./ports.ts"

export interface SiteServer {
  url: string
  port: number
  close(): Promise<void>
}

export interface SiteServerOptions {
  s3: Aws["s3"]
  bucket: string
  /** The load balancer that answers for `/api/*` */
  apiUrl: string
  /** The distribution's viewer-request function; default: the one of infra/environment, where there is one */
  functionFile?: string
  port?: number
  host?: string
}

const ownFunction = join(import.meta.dirname, "..", "..", "..", "infra", "environment", "spa.js")

/** A viewer-request function: changes the request, or answers it itself. */
type ViewerRequest = (event: { request: Answered } & Record<string, unknown>) => Answered | Promise<Answered>

interface Answered {
  uri?: string
  statusCode?: number
  headers?: Record<string, { value: string }>
  [more: string]: unknown
}

/**
 * Stands for the distribution: the bucket's objects by their keys, with the headers that they are stored with, the
 * viewer-request function on all but `/api/*`, which goes to the load balancer, and 404 for a key that is not there, as the
 * bucket's policy lets CloudFront list it. It keeps no copies, so that an invalidation has nothing to do here.
 */
export async function startSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const { functionFile = ownFunction, host = "127.0.0.1" } = options
  const rewrite = await viewerRequest(functionFile)
  const server = createServer((incoming, outgoing) => {
    if (incoming.url!.startsWith("/api/")) return forward(options.apiUrl, incoming, outgoing)
    serve(options, rewrite, incoming, outgoing).catch((error) => answer(outgoing, 502, messageOf(error)))
  })
  const port = await listen(server, options.port ?? 0, host)
  return { port, url: `http://${host}:${port}`, close: () => closeServer(server) }
}

/** Loads the function as CloudFront does: a script that declares `handler`. */
async function viewerRequest(file: string): Promise<ViewerRequest> {
  if (!existsSync(file)) return ({ request }) => request
  const context = createContext({ console })
  runInContext(await readFile(file, "utf8"), context, { filename: file })
  return context.handler as ViewerRequest
}

async function serve(
  { s3, bucket }: SiteServerOptions,
  rewrite: ViewerRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const method = incoming.method!
  if (method !== "GET" && method !== "HEAD") return answer(outgoing, 403, `${method} is not allowed here`)
  const { pathname, searchParams } = new URL(incoming.url!, "http://site")
  const result = await rewrite({
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: incoming.socket.remoteAddress },
    request: {
      method,
      uri: pathname,
      querystring: valuesOf(searchParams),
      headers: valuesOf(headersOf(incoming)),
      cookies: {},
    },
  })
  if (result.statusCode !== undefined) {
    const headers = Object.entries(result.headers ?? {}).map(([name, { value }]) => [name, value] as const)
    return void outgoing.writeHead(result.statusCode, Object.fromEntries(headers)).end()
  }
  const key = keyOf(result.uri!)
  if (key === undefined) return answer(outgoing, 400, "the address is malformed")
  const object = await (await s3()).getObject({ Bucket: bucket, Key: key }).catch((error: Error) => {
    if (error.name !== "NoSuchKey") throw error
  })
  if (!object) return answer(outgoing, 404, "there is no such file")
  const { ContentType, CacheControl, ETag, ContentLength } = object
  outgoing.writeHead(200, {
    "content-type": ContentType ?? "binary/octet-stream",
    "content-length": ContentLength,
    ...(CacheControl && { "cache-control": CacheControl }),
    ...(ETag && { etag: ETag }),
  })
  const body = object.Body as Readable
  if (method === "GET") return void pipeline(body, outgoing, () => undefined)
  body.destroy()
  outgoing.end()
}

/** The object that a URI names; the distribution's default root object is index.html. */
function keyOf(uri: string): string | undefined {
  try {
    return decodeURIComponent(uri.slice(1)) || "index.html"
  } catch {
    return undefined
  }
}

const headersOf = (incoming: IncomingMessage): [string, string][] =>
  Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])

/** Values as a function's event has them. */
const valuesOf = (entries: Iterable<[string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...entries].map(([name, value]) => [name, { value }]))

function forward(apiUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _, ...headers } = incoming.headers
  const sent = request(new URL(incoming.url!, apiUrl), { method: incoming.method, headers })
  sent.on("response", (response) => {
    outgoing.writeHead(response.statusCode!, response.headers)
    pipeline(response, outgoing, () => undefined)
  })
  sent.on("error", () => answer(outgoing, 502, "the load balancer broke the connection"))
  outgoing.on("close", () => sent.destroy())
  pipeline(incoming, sent, () => undefined)
}

function answer(outgoing: ServerResponse, status: number, text: string): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`)
}
