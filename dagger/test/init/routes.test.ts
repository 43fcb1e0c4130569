import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { healthAt, routesOf } from "../../init/routes.ts"

const routes = (...services: [string, string?][]) =>
  Object.fromEntries(routesOf(services.map(([name, healthPath]) => ({ name, healthPath }))))

describe("one service is given /, the others what tells them apart", () => {
  test.each<[string, [string, string?][], Record<string, string>]>([
    ["the only one", [["shop", "/api/health"]], { shop: "/" }],
    ["the first", [["shop"], ["stock"]], { shop: "/", stock: "/stock" }],
    ["what people open", [["api"], ["web"]], { api: "/api", web: "/" }],
    ["what answers at the top", [["a"], ["b", "/healthz"]], { a: "/a", b: "/" }],
    ["none that tells its own", [["a", "/x/health"], ["b"]], { a: "/x", b: "/" }],
    ["a path that is taken", [["a", "/b/health"], ["b"], ["c"]], { a: "/b", b: "/", c: "/c" }],
    ["a name that is taken", [["web"], ["a", "/b/health"], ["b"]], { web: "/", a: "/b", b: "/b-2" }],
    ["all that say the same", [["a", "/x/up"], ["b", "/x/up"], ["c"]], { a: "/x", b: "/", c: "/c" }],
  ])("%s", (_, services, expected) => expect(routes(...services)).toEqual(expected))

  test("no two paths are alike, whatever the services are called and ask for", () => {
    const path = fc.constantFrom(undefined, "/", "/up", "/a/health", "/b/health", "/b-2/health", "/web")
    const service = fc.tuple(fc.constantFrom("a", "b", "b-2", "web", "app"), path)
    const services = fc.uniqueArray(service, { selector: ([name]) => name, minLength: 1 })
    fc.assert(
      fc.property(services, (all) => {
        const paths = Object.values(routes(...(all as [string, string?][])))
        expect(paths).toHaveLength(all.length)
        expect(new Set(paths).size).toBe(all.length)
      }),
    )
  })
})

test.each([
  ["/", "/healthz", { path: "/healthz" }],
  ["/stock", "/stock/health", { path: "/stock/health" }],
  ["/stock", "/healthz", { path: "/stock/healthz", live: "/healthz" }],
  ["/stock", "/", { path: "/stock", live: "/" }],
  ["/stock", undefined, { path: "/stock" }],
])("at %s, a HEALTHCHECK of %j is asked as %j", (path, healthPath, health) =>
  expect(healthAt(path, healthPath)).toEqual(health),
)
