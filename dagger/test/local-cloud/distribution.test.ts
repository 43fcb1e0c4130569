import { createServer } from "node:http"
import { expect, onTestFinished, test } from "vitest"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { startSiteServer } from "../../local-cloud/distribution.ts"

const script = "console.log('cat')\n".repeat(1000)

const objects: Record<string, string> = {
  "index.html": "the index",
  "about.html": "about",
  "+not-found.html": "not found",
  "api.html": "a page on the API",
  "site.js": script,
  "cat.png": script,
}

const types: Record<string, string> = { js: "application/javascript", png: "image/png" }

/** A bucket as S3 answers for it. */
async function bucket(key: string): Promise<Response> {
  const content = objects[key]
  const headers = {
    "content-type": types[key.split(".").at(-1)!] ?? "text/html",
    "content-length": String(content?.length ?? 0),
    "cache-control": "no-cache",
    etag: '"1"',
    "x-amz-request-id": "1",
  }
  return new Response(content ?? "<Code>NoSuchKey</Code>", { status: content === undefined ? 404 : 200, headers })
}

async function start() {
  const api = createServer((incoming, outgoing) => {
    outgoing
      .writeHead(202, { "x-trace-id": incoming.headers["x-trace-id"] ?? "" })
      .end(`${incoming.method} ${incoming.url}`)
  })
  const apiUrl = `http://127.0.0.1:${await listen(api, 0)}`
  const server = await startSiteServer({ origin: bucket, apiUrl, apiPatterns: ["/api/*", "/shop", "/shop/*"] })
  onTestFinished(async () => {
    await server.close()
    await closeServer(api)
  })
  return (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init)
}

test.each([
  ["/", 200, "the index"],
  ["/about.html", 200, "about"],
  ["/%2Bnot-found.html", 200, "not found"],
  ["/no-such-file.png", 404, "there is no such file\n"],
  ["/%E0%A4%A", 400, "the address is malformed\n"],
])("%s is answered with %i", async (path, status, text) => {
  const get = await start()
  const response = await get(path)
  expect([response.status, await response.text()]).toEqual([status, text])
})

test.each([
  ["/api/v1/cats", 202],
  ["/shop?page=2", 202],
  ["/shop/cats", 202],
  ["/shopping", 404],
  ["/api", 200],
])("of paths of the services and of the website, %s is answered with %i", async (path, status) => {
  const get = await start()
  expect((await get(path)).status).toBe(status)
})

test("an object is served with the headers that it is stored with, and none of S3's own", async () => {
  const get = await start()
  const { headers } = await get("/about.html")
  expect([headers.get("content-type"), headers.get("cache-control")]).toEqual(["text/html", "no-cache"])
  expect(headers.has("x-amz-request-id")).toBe(false)
})

test.each([
  ["/site.js", "gzip, deflate, br", "br"],
  ["/site.js", "gzip, br;q=0", "gzip"],
  ["/site.js", "identity", null],
  ["/cat.png", "gzip, br", null],
  ["/about.html", "gzip, br", null], // too small to be worth it
])("%s is sent to who accepts %s as CloudFront would: %s", async (path, accepted, encoding) => {
  const get = await start()
  const response = await get(path, { headers: { "accept-encoding": accepted } })
  const { headers } = response
  expect(headers.get("content-encoding")).toBe(encoding)
  expect([headers.get("etag"), headers.has("content-length")]).toEqual(encoding ? ['W/"1"', false] : ['"1"', true])
  expect(headers.get("vary")).toBe(path === "/site.js" ? "Accept-Encoding" : null)
  expect(await response.text()).toBe(objects[path.slice(1)])
})

test.each(["/about", "/no-such-page", "/api/v1/auth"])("%s has the distribution's security headers", async (path) => {
  const { headers } = await (await start())(path)
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'self'; script-src 'self' 'sha256-/)
  expect(headers.get("x-frame-options")).toBe("DENY")
})

test("a route leads to its page by the distribution's own function, and what is below /api/ to the load balancer", async () => {
  const get = await start()
  expect(await (await get("/about")).text()).toBe("about")
  expect(await (await get("/api")).text()).toBe("a page on the API")
  const response = await get("/api/v1/auth?a=b", { method: "POST", body: "{}", headers: { "x-trace-id": "abc" } })
  expect([response.status, await response.text()]).toEqual([202, "POST /api/v1/auth?a=b"])
  expect(response.headers.get("x-trace-id")).toBe("abc")
})

test("the bucket is read, and not written to", async () => {
  const get = await start()
  expect((await get("/", { method: "POST", body: "" })).status).toBe(403)
  const head = await get("/", { method: "HEAD" })
  expect([head.status, await head.text()]).toEqual([200, ""])
})
