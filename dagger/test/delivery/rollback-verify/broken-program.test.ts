import { spawn } from "node:child_process"
import { once } from "node:events"
import { expect, onTestFinished, test } from "vitest"
import { breakagesOf } from "../../../delivery/rollback-verify/breakage.ts"
import { commandOf } from "../../../delivery/rollback-verify/broken-program.ts"
import { freePort } from "../../../local-cloud/ports.ts"
import { parsePlatform, type Service } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"

const { limits, services } = parsePlatform(
  manifest((platform) => {
    const route = { port: 3000, path: "/shop", health: { path: "/up", version: { header: "X-Version" } } }
    platform.services.shop = { ...route, start: ["node", "server.js"] }
    platform.services.shelf = { ...route, path: "/shelf", start: ["/usr/bin/python3", "shelf.py"] }
    platform.services.stock = { ...route, path: "/stock", start: [".bin/stock"] }
    platform.services.clerk = { start: ["node", "clerk.js"] }
  }),
)
const named = (name: string): Service => services.find((service) => service.name === name)!

/** Starts what stands in for a service, with an interpreter of this machine. */
async function start([program, ...args]: string[]) {
  const port = await freePort()
  const child = spawn(program === "python" ? "python3" : program!, args, {
    env: { PATH: process.env.PATH, PORT: String(port), HOST: "127.0.0.1", SERVICE_VERSION: "aaa" },
    stdio: ["ignore", "pipe", "pipe"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  return { child, url: `http://127.0.0.1:${port}` }
}

async function listening(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 20))
}

test.each(["shop", "shelf"])("%s answers health with its version, and its users with 500", async (name) => {
  const { child, url } = await start(commandOf("errors", named(name), limits)!)
  const [said] = (await once(child.stdout, "data")) as [Buffer]
  expect(said.toString()).toBe("broken on purpose by rollback-verify: every answer but to health is 500\n")
  await listening(url)
  const health = await fetch(`${url}/up`)
  expect([health.status, health.headers.get("X-Version")]).toEqual([200, "aaa"])
  expect(await health.json()).toMatchObject({ version: "aaa", database: "ok" })
  expect((await fetch(`${url}/shop/health`, { method: "POST", body: "a cat" })).status).toBe(500)
})

test.each(["shop", "shelf"])("%s keeps memory with each request of its users until it is killed", async (name) => {
  const { child, url } = await start(commandOf("leak", { ...named(name), memory: 1 }, limits)!)
  await listening(`${url}/up`)
  expect(child.exitCode).toBeNull()
  await fetch(`${url}/shop`).catch(() => undefined)
  const [, signal] = child.signalCode ? [null, child.signalCode] : ((await once(child, "exit")) as [null, string])
  expect(signal).toBe("SIGKILL")
})

test.each(["shop", "shelf"])("%s makes its users wait, and health not", async (name) => {
  const slow = commandOf("slow", named(name), { ...limits, p95Seconds: 0.001 })!
  const { url } = await start(slow)
  await listening(`${url}/up`)
  expect((await fetch(`${url}/shop`)).status).toBe(200)
  expect(slow.at(-1)).toContain("value = 0.0015")
})

test.each([
  ["shop", /Error: broken on purpose/],
  ["shelf", /broken on purpose/],
])("%s crashes with its reason in the log", async (name, reason) => {
  const { child } = await start(commandOf("crash", named(name), limits)!)
  let written = ""
  child.stderr.on("data", (chunk: Buffer) => (written += chunk.toString()))
  await once(child, "close")
  expect(written).toMatch(reason)
})

test("what neither node nor python starts is broken without a program, a worker without users", () => {
  expect(breakagesOf(named("stock"))).toEqual(["crash", "missing-image", "wrong-version"])
  expect(commandOf("crash", named("stock"), limits)).toEqual(["broken-on-purpose-by-rollback-verify"])
  expect(commandOf("errors", named("stock"), limits)).toBeUndefined()
  expect(breakagesOf(named("clerk"))).toEqual(["crash", "missing-image"])
  expect(breakagesOf(named("shop"))).toEqual(breakagesOf(named("auth")))
})
