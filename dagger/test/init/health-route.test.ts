import { expect, test } from "vitest"
import { healthRouteIn } from "../../init/health-route.ts"
import { filesOf } from "../../init/repository-files.ts"
import { repository } from "./repository.ts"

async function routeOf(files: Record<string, string>, folder = "shop", others: string[] = []) {
  const root = await repository(files)
  return healthRouteIn(root, folder, await filesOf(root), others)
}

test.each([
  ["JavaScript", "server.js", 'if (url === "/healthz") answer()', "/healthz"],
  ["Python", "app/main.py", "\n@router.get('/api/v1/shop/health')", "/api/v1/shop/health"],
  ["Go", "main.go", 'mux.HandleFunc("GET /stock/health-check", answer)', "/stock/health-check"],
])("the route is found in %s, with its line", async (_, file, text, path) => {
  const line = text.split("\n").length
  expect(await routeOf({ [`shop/${file}`]: text })).toEqual({ path, source: `shop/${file}:${line}` })
})

test("of a route and what is below it, the route itself counts", async () => {
  const files = { "shop/a.js": 'get("/health/readyz")', "shop/b.js": 'get("/health")' }
  expect(await routeOf(files)).toEqual({ path: "/health", source: "shop/b.js:1" })
})

test.each([
  ["two routes", { "shop/a.js": '"/healthz"', "shop/b.js": '"/livez"' }],
  ["a route of a test", { "shop/tests/a.js": '"/healthz"', "shop/a.test.ts": '"/healthz"' }],
  ["an address elsewhere", { "shop/a.js": '"http://stock/healthz"' }],
  ["a word in a sentence", { "shop/a.js": '"see /healthz for more"' }],
  ["a page about it", { "shop/README.md": '"/healthz"' }],
  ["another service's", { "stock/a.js": '"/healthz"' }],
])("%s is none", async (_, files: Record<string, string>) => expect(await routeOf(files)).toBeUndefined())

test("a service at the root has none of those in folders below", async () => {
  const files = { "a.js": '"/up"', "stock/a.js": '"/healthz"' }
  expect(await routeOf(files, ".", [".", "stock"])).toBeUndefined()
  expect(await routeOf(files, ".", ["."])).toMatchObject({ path: "/healthz" })
})
