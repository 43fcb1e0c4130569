import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { probe } from "../../../local-cloud/ecs/probe.ts"
import { check } from "./world.ts"

const patient = { ...check, timeoutSeconds: 30 }

async function serve(listener: RequestListener): Promise<{ host: string; port: number }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port }
}

test("a probe asks for the path and gets the code, of a redirect too", async () => {
  const asked: (string | undefined)[] = []
  const address = await serve((request, response) => {
    asked.push(request.url, request.headers["user-agent"])
    response.writeHead(302, { location: "/elsewhere" }).end()
  })
  expect(await probe(address, patient)).toEqual({ kind: "answered", statusCode: 302 })
  expect(asked).toEqual(["/health/live", "ELB-HealthChecker/2.0"])
})

test("a target that does not answer in time is timed out", async () => {
  const address = await serve(() => {})
  expect(await probe(address, { ...check, timeoutSeconds: 0.2 })).toEqual({ kind: "timed-out" })
})

test("a target that nobody listens at has failed", async () => {
  expect(await probe({ host: "127.0.0.1", port: 1 }, patient)).toEqual({ kind: "failed" })
})
