import fc from "fast-check"
import { readFile } from "node:fs/promises"
import { runInNewContext } from "node:vm"
import { describe, expect, test } from "vitest"
import type { Manifest } from "../../delivery/site/manifest.ts"
import { fileFinder, pathTo, refuseUnreachableBy, routesOf, withRoutes } from "../../delivery/site/routes.ts"
import { readFunction } from "../../local-cloud/distribution.ts"
import { seen } from "../docs/failure-table.ts"

const code = await readFunction()
const manifestOf = (...files: string[]): Manifest =>
  Object.fromEntries(files.map((file) => [file, { sha256: "", bytes: 0, cacheControl: "", contentType: "" }]))
const withFiles = (...files: string[]): string => withRoutes(code, routesOf(manifestOf(...files)))

const site = withFiles(
  ...["index.html", "about.html", "docs/index.html", "cats/list.html", "entries/[slug].html", "entries/new.html"],
  ...["files/[...path].html", "404.html", "config.json", "Mäuse fangen.html", "(group)/inner.html"],
)

test.each([
  ["/", "/index.html"],
  ["/about", "/about.html"],
  ["/about/", "/about.html"],
  ["/docs", "/docs/index.html"],
  ["/docs/", "/docs/index.html"],
  ["/cats/list", "/cats/list.html"],
  ["/entries/echo", "/entries/%5Bslug%5D.html"],
  ["/entries/new", "/entries/new.html"],
  ["/entries/a/b", "/404.html"],
  ["/files/a/b/c", "/files/%5B...path%5D.html"],
  ["/M%C3%A4use%20fangen", "/M%C3%A4use%20fangen.html"],
  ["/no-such-page", "/404.html"],
  ["/%E0%A4%A", "/404.html"],
  ["/index.html", "/index.html"],
  ["/config.json", "/config.json"],
  ["/no-such-file.png", "/no-such-file.png"],
  ["/.well-known/apple-app-site-association", "/.well-known/apple-app-site-association"],
  ["/.well-known/acme-challenge/x", "/.well-known/acme-challenge/x"],
])("%s leads to %s", (path, file) => expect(fileFinder(site)(path)).toBe(file))

test("until a site is deployed, a route leads to the file of its name", () => {
  expect(["/", "/about/", "/config.json"].map(fileFinder(code))).toEqual(["/index.html", "/about.html", "/config.json"])
  expect(withRoutes(site, null)).toBe(code)
})

describe("an answer", () => {
  const answered = (uri: string, statusCode = 200): number => {
    const event = { context: { eventType: "viewer-response" }, request: { uri }, response: { statusCode } }
    return (runInNewContext(`${site}; handler(event)`, { event }) as { statusCode: number }).statusCode
  }
  test.each([
    ["of a page", "/about", 200, 200],
    ["of the page for what there is none of", "/no-such-page", 200, 404],
    // Whatever CloudFront hands to the function for the response: the viewer's path, or what the first call made of it.
    ["of the same, by its file", "/404.html", 200, 404],
    ["that is not modified", "/no-such-page", 304, 304],
  ])("%s", (_, uri, status, expected) => expect(answered(uri, status)).toBe(expected))
})

test("[site-unreachable] a file that nobody could reach is refused before anything is switched", () => {
  const files = ["index.html", "CNAME", "docs.html", "docs/index.html"]
  expect(() => refuseUnreachableBy(withFiles(...files), manifestOf(...files))).toThrow(seen())
  expect(() => refuseUnreachableBy(withFiles(...files), manifestOf(...files))).toThrow(/CNAME: \/CNAME leads to CNAME\.html/)
})

test("a site with more pages than the function has room for is refused", () => {
  const many = Array.from({ length: 1000 }, (_, at) => `page-${at}.html`)
  expect(() => withFiles(...many)).toThrow(/1000 pages, more than CloudFront's function has room for/)
})

const part = fc.constantFrom("a", "B", "docs", "index", "[slug]", "[id]", "[...rest]", "ü b", "x.y", "%41", "(tabs)", "_x")
const ending = fc.constantFrom(".html", ".html", ".html", ".json", "")
const file = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), ending)
  .map(([parts, end]) => `${parts.join("/")}${end}`)

test("every page of a site is reached by its path, or the site is refused", () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.uniqueArray(file, { minLength: 1, maxLength: 6 }), (files) => {
      const manifest = manifestOf("index.html", "404.html", ...files)
      const live = withRoutes(code, routesOf(manifest))
      try {
        refuseUnreachableBy(live, manifest)
      } catch {
        return
      }
      accepted++
      for (const each of Object.keys(manifest)) expect(decodeURIComponent(fileFinder(live)(pathTo(each)))).toBe(`/${each}`)
      expect(fileFinder(live)("/no/such/page/at/all")).toMatch(/404|rest/)
    }),
    { numRuns: 300 },
  )
  expect(accepted).toBeGreaterThan(50)
})

test("Terraform names the function after its code, which a deploy changes by one line", async () => {
  const terraform = await readFile(new URL("../../../infra/environment/site.tf", import.meta.url), "utf8")
  expect(terraform).toContain('substr(filesha1("${path.module}/spa.js"), 0, 8)')
  expect(code.split("\n").filter((line) => line.startsWith("var site = "))).toEqual(["var site = null"])
})
