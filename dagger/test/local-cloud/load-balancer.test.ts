import { createServer, type RequestListener } from "node:http"
import { connect, type AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { startLoadBalancer } from "../../local-cloud/load-balancer.ts"

async function target(handle: RequestListener): Promise<{ host: string; port: number }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port }
}

async function balancer(targets: Record<string, { host: string; port: number }[]>): Promise<string> {
  const rules = Object.entries(targets).map(([prefix, targets]) => ({
    prefix,
    groups: () => [{ name: prefix, weight: 100, targets }],
  }))
  const started = await startLoadBalancer(rules, { port: 0 })
  onTestFinished(() => started.close())
  return started.url
}

const says = (text: string) => target((_, response) => response.end(text))

test("requests go to the service whose prefix their path has, and to no other", async () => {
  const url = await balancer({ "/api/v1/auth": [await says("auth")], "/api/v1/catalog": [await says("catalog")] })
  const texts = ["/api/v1/auth", "/api/v1/auth/me?x=1", "/api/v1/catalog/health"].map(async (path) =>
    (await fetch(url + path)).text(),
  )
  expect(await Promise.all(texts)).toEqual(["auth", "auth", "catalog"])
  expect((await fetch(`${url}/api/v1/authors`)).status).toBe(404)
})

test("targets take turns", async () => {
  const url = await balancer({ "/a": [await says("1"), await says("2")] })
  const texts = []
  for (let request = 0; request < 4; request++) texts.push(await (await fetch(`${url}/a`)).text())
  expect(texts).toEqual(["1", "2", "1", "2"])
})

test("method, body, headers and status pass, and the client is named", async () => {
  const echo = await target((request, response) => {
    response.writeHead(418, {
      "x-seen": `${request.method} ${request.headers["x-sent"]} ${request.headers["x-forwarded-for"]}`,
    })
    request.pipe(response)
  })
  const url = await balancer({ "/a": [echo] })
  const response = await fetch(`${url}/a`, { method: "POST", body: "cat", headers: { "x-sent": "yes" } })
  expect(response.status).toBe(418)
  expect(response.headers.get("x-seen")).toBe("POST yes 127.0.0.1")
  expect(await response.text()).toBe("cat")
})

test("its own health does not depend on any target", async () => {
  expect((await fetch(`${await balancer({})}/health`)).status).toBe(200)
})

test.each([
  ["no healthy target", async () => [], 503],
  ["a target that is gone", async () => [{ host: "127.0.0.1", port: 1 }], 502],
  ["a target that breaks the connection", async () => [await target((request) => request.socket.destroy())], 502],
])("%s is answered as the ALB does", async (_, targets, status) => {
  const url = await balancer({ "/a": await targets() })
  expect((await fetch(`${url}/a`)).status).toBe(status)
})

test("a client that goes away does not hold its target", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  const url = await balancer({ "/a": [await target((request) => request.socket.on("close", () => resolve()))] })
  const client = connect(Number(new URL(url).port), "127.0.0.1", () =>
    client.write("GET /a HTTP/1.1\r\nhost: x\r\n\r\n"),
  )
  setTimeout(() => client.destroy(), 50)
  await gone
})

test("an idle connection to a target is not kept, which a service that is stopped would wait for", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  const url = await balancer({
    "/a": [
      await target((request, response) => {
        request.socket.on("close", () => resolve())
        response.end("ok")
      }),
    ],
  })
  expect(await (await fetch(`${url}/a`)).text()).toBe("ok")
  await gone
})

test("a port that is taken is refused in words", async () => {
  const { port } = await says("taken")
  await expect(startLoadBalancer([], { port })).rejects.toThrow(`refused: port ${port} is in use.`)
})
