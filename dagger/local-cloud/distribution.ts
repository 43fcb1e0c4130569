import { readFile } from "node:fs/promises"
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { pipeline, Readable } from "node:stream"
import { createContext, runInContext } from "node:vm"
import { messageOf } from "../platform/failure.ts"
import { compress } from "./compression.ts"
import { closeServer, listen } from "./ports.ts"

export interface SiteServer {
  url: string
  port: number
  close(): Promise<void>
}

/** Answers for an object of the site's bucket by its key, as S3 does over HTTP. */
export type Origin = (key: string) => Promise<Response>

export interface SiteServerOptions {
  origin: Origin
  /** The load balancer, and the patterns of the paths that it answers for: `/api/*` */
  apiUrl: string
  apiPatterns: string[]
  /** Folder of what Terraform configures a distribution with; default: the repository's own */
  distribution?: string | undefined
  /** The distribution's function as it is now; default: `spa.js` of that folder */
  code?: (() => Promise<string>) | undefined
  port?: number | undefined
  host?: string | undefined
}

/** Where a working copy has what a distribution is configured with: `spa.js`, its viewer-request function, and `headers.json`. */
export const distributionOf = (root: string): string => join(root, "infra", "environment")

const ownDistribution = distributionOf(join(import.meta.dirname, "..", ".."))

/** The function that Terraform makes; `folder` is the repository's own by default. */
export const readFunction = (folder = ownDistribution): Promise<string> => readFile(join(folder, "spa.js"), "utf8")

/** A bucket of an emulator, which wants no signature. */
export const bucketOrigin =
  (endpoint: string, bucket: string): Origin =>
  (key) =>
    fetch(`${endpoint}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`)

/** The published code of a function in an emulator, which wants no signature. */
export const liveFunction = (endpoint: string, name: string) => async (): Promise<string> =>
  (await fetch(`${endpoint}/2020-05-31/function/${name}?Stage=LIVE`)).text()

/** A function of a distribution: changes the request or answers it itself (viewer-request), or changes the answer (viewer-response). */
type ViewerFunction = (event: { request: Answered } & Record<string, unknown>) => Answered | Promise<Answered>

interface Answered {
  uri?: string
  statusCode?: number
  headers?: Record<string, { value: string }>
  [more: string]: unknown
}

/** What S3 stores with an object, and CloudFront passes on. */
const storedHeaders = ["content-type", "content-length", "cache-control", "etag"]

/**
 * Stands for the distribution: the bucket's objects by their keys, with the headers that they are stored with, the
 * viewer-request function on all but the services' paths, which go to the load balancer, the response headers policy on both, compressed
 * for who takes that, and 404 for a key that is not there, as the bucket's policy lets CloudFront list it. It keeps no copies, so
 * that an invalidation has nothing to do here.
 */
export async function startSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const { distribution = ownDistribution, host = "127.0.0.1" } = options
  const code = options.code ?? (() => readFunction(distribution))
  const functionNow = compiler(code)
  const headers = await responseHeaders(join(distribution, "headers.json"))
  const server = createServer((incoming, outgoing) => {
    if (options.apiPatterns.some(covers(incoming.url!))) return forward(options.apiUrl, headers, incoming, outgoing)
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
    serve(options.origin, functionNow, incoming, outgoing).catch((error) => answer(outgoing, 502, messageOf(error)))
  })
  const port = await listen(server, options.port ?? 0, host)
  return { port, url: `http://${host}:${port}`, close: () => closeServer(server) }
}

/** Whether a pattern, a path or one with all below it, has a request's path. */
function covers(url: string): (pattern: string) => boolean {
  const [path = ""] = url.split("?")
  return (pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern)
}

/** Loads the function as CloudFront does, a script that declares `handler`; again only once it has changed. */
function compiler(code: () => Promise<string>): () => Promise<ViewerFunction> {
  let loaded: { text: string; handler: ViewerFunction } | undefined
  return async () => {
    const text = await code()
    if (loaded?.text !== text) {
      const context = createContext({ console })
      runInContext(text, context, { filename: "spa.js" })
      loaded = { text, handler: context.handler as ViewerFunction }
    }
    return loaded.handler
  }
}

/** The headers policy, which overrides what an origin says. Strict-Transport-Security is not for plain HTTP. */
async function responseHeaders(file: string): Promise<Record<string, string>> {
  const policy = JSON.parse(await readFile(file, "utf8")) as Record<string, string | string[]>
  return Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, [value].flat().join("; ")]))
}

async function serve(
  origin: Origin,
  functionNow: () => Promise<ViewerFunction>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const method = incoming.method!
  if (method !== "GET" && method !== "HEAD") return answer(outgoing, 403, `${method} is not allowed here`)
  const { pathname, searchParams } = new URL(incoming.url!, "http://site")
  const call = await functionNow()
  const event = (eventType: string, response?: Answered) => ({
    version: "1.0",
    context: { eventType },
    viewer: { ip: incoming.socket.remoteAddress },
    request: {
      method,
      uri: pathname,
      querystring: valuesOf(searchParams),
      headers: valuesOf(headersOf(incoming)),
      cookies: {},
    },
    response,
  })
  const result = await call(event("viewer-request"))
  if (result.statusCode !== undefined) {
    const headers = Object.entries(result.headers ?? {}).map(([name, { value }]) => [name, value] as const)
    return void outgoing.writeHead(result.statusCode, Object.fromEntries(headers)).end()
  }
  const key = keyOf(result.uri!)
  if (key === undefined) return answer(outgoing, 400, "the address is malformed")
  const object = await origin(key)
  if (!object.ok) await object.body?.cancel()
  if (object.status === 404) return answer(outgoing, 404, "there is no such file")
  if (!object.ok) return answer(outgoing, 502, `the bucket answers ${object.status}`)
  const stored = Object.fromEntries([...object.headers].filter(([name]) => storedHeaders.includes(name)))
  const { headers, through } = compress(stored, String(incoming.headers["accept-encoding"] ?? ""))
  const { statusCode = 200 } = await call(event("viewer-response", { statusCode: 200 }))
  outgoing.writeHead(statusCode, headers)
  if (method === "GET" && object.body)
    return void pipeline([Readable.fromWeb(object.body as ReadableStream), ...through, outgoing], () => undefined)
  await object.body?.cancel()
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

function forward(
  apiUrl: string,
  policy: Record<string, string>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { host: _, ...headers } = incoming.headers
  const sent = request(new URL(incoming.url!, apiUrl), { method: incoming.method, headers })
  sent.on("response", (response) => {
    outgoing.writeHead(response.statusCode!, { ...response.headers, ...policy })
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
