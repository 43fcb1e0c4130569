import { existsSync } from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { cathouse, startInTerminal } from "../node/cathouse.ts"
import { rowOf } from "../node/table.ts"
import { edit } from "../working-copy.ts"
import { seen } from "../docs/failure-table.ts"
import { copyExample } from "./example.ts"

test("a Node and a Go service without database and website are deployed, rolled back and verified", async () => {
  const root = await copyExample("two-services")
  const terminal = startInTerminal(root, ["up"])
  await vi.waitUntil(() => terminal.seen().includes("until Ctrl-C"), { timeout: 150_000 })
  expect(terminal.seen()).not.toContain("sample")
  const [, url] = /Services +(http:\S+)\//.exec(terminal.seen())!
  expect(await (await fetch(`${url}/`)).text()).toBe("Hello from this machine\n")
  expect(await (await fetch(`${url}/stock`)).json()).toEqual({ "cat trees": 3, "scratching posts": 9 })

  const verified = await cathouse(root, ["verify"])
  expect(verified.exitCode, verified.stderr).toBe(0)
  expect(rowOf(verified.stdout, "shop").slice(3)).toEqual(["1 of 1", "found"])
  expect(rowOf(verified.stdout, "stock").slice(3)).toEqual(["1 of 1", "not asked"])

  await edit(root, "services/stock/main.go", (text) => text.replace('"cat trees": 3', '"cat trees": 4'))
  const changed = await cathouse(root, ["deploy"])
  expect(changed.exitCode, changed.stderr).toBe(0)
  expect(rowOf(changed.stdout, "shop")[5]).toBe("unchanged")
  expect(await (await fetch(`${url}/stock`)).json()).toMatchObject({ "cat trees": 4 })

  await edit(root, "services/shop/server.js", (text) => `throw new Error("no shop today")\n${text}`)
  const broken = await cathouse(root, ["deploy"])
  expect(broken.exitCode).toBe(3)
  expect(broken.stderr).toMatch(/\nrolled-back: shop did not start; every service serves what it served before/)
  expect(broken.stderr).toContain("| Error: no shop today")
  expect(await (await fetch(`${url}/`)).text()).toBe("Hello from this machine\n")

  const plan = await cathouse(root, ["plan"])
  expect(plan.stdout).not.toMatch(/Migrations|Site/)
  const status = await cathouse(root, ["status"])
  expect(rowOf(status.stdout, "shop")).toContain("1 of 1")
  expect(existsSync(join(root, ".cathouse", ".gitignore"))).toBe(true)

  terminal.interrupt()
  expect((await terminal.ended).left).toEqual([])
})

test("[start-missing] a service that plain Node cannot start is refused, with what to write", async () => {
  const root = await copyExample("two-services")
  await edit(root, "platform.json", (text) => text.replace(',\n      "start": ["node", "server.js"]', ""))
  const { exitCode, stderr } = await cathouse(root, ["deploy"])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(seen())
  expect(stderr).toContain("services.shop: platform.json does not say how to start it in plain Node")
})

test("[prepare-fails] a service that does not compile is refused, in the compiler's words", async () => {
  const root = await copyExample("two-services")
  await edit(root, "services/stock/main.go", (text) => text.replace("func main() {", "func main() {\n\tmeow()"))
  const { exitCode, stderr } = await cathouse(root, ["deploy"])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(seen())
  expect(stderr).toContain("undefined: meow")
})

test("a health path that answers a page is told, with the place in the file", async () => {
  const root = await copyExample("two-services")
  await edit(root, "services/shop/server.js", (text) => text.replace("text/plain", "text/html"))
  const once = '"verification": { "attempts": 1, "intervalSeconds": 1 },'
  await edit(root, "platform.json", (text) =>
    text.replace("/healthz", "/index").replace('"region"', `${once} "region"`),
  )
  const { exitCode, stderr } = await cathouse(root, ["deploy"])
  expect(exitCode).toBe(3)
  expect(stderr).toContain(
    "health answers a page (text/html): /index is no health route, correct services.shop.health.path in platform.json",
  )
})
