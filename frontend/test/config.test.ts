import { afterEach, beforeEach, expect, jest, test } from "@jest/globals"
import { serve, type Answer, type Asked } from "./server"

let readConfig: typeof import("../src/config").readConfig
let close: () => Promise<void>

/** Each test is a page of its own: what another one has read is forgotten. */
beforeEach(() => {
  jest.resetModules()
  readConfig = jest.requireActual<typeof import("../src/config")>("../src/config").readConfig
})
afterEach(() => close())

async function configure(config: Answer): Promise<Asked[]> {
  const server = await serve({ "GET /config.json": config })
  close = server.close
  return server.asked
}

test("the configuration is what the page's origin serves, and is asked for once", async () => {
  const asked = await configure(() => [200, { apiBase: "/api/v2", more: "is ignored" }])
  expect(await Promise.all([readConfig(), readConfig()])).toEqual([{ apiBase: "/api/v2" }, { apiBase: "/api/v2" }])
  await readConfig()
  expect(asked.map(({ request }) => request)).toEqual(["GET /config.json"])
})

test("a failure is not kept: the next caller asks again", async () => {
  let status = 503
  await configure(() => [status, { apiBase: "/api/v1" }])
  await expect(readConfig()).rejects.toThrow("config.json answered 503")
  status = 200
  expect(await readConfig()).toEqual({ apiBase: "/api/v1" })
})

test("a configuration that names no API is refused", async () => {
  await configure(() => [200, {}])
  await expect(readConfig()).rejects.toThrow("config.json has no apiBase")
})
