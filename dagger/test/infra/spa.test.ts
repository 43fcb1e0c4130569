import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"

const code = await readFile(join(import.meta.dirname, "..", "..", "..", "infra", "environment", "spa.js"), "utf8")

/** The URI that CloudFront asks the bucket for. */
const uriFor = (uri: string): string =>
  runInNewContext(`${code}; handler({ request: { uri: ${JSON.stringify(uri)} } }).uri`) as string

test.each([
  ["/", "/index.html"],
  ["/about", "/about.html"],
  ["/about/", "/about.html"],
  ["/cats/list", "/cats/list.html"],
  ["/entries/echo", "/entries/[slug].html"],
  ["/entries/echo/", "/entries/[slug].html"],
  ["/v1.2/notes", "/v1.2/notes.html"],
])("the route %s leads to its file %s", (route, file) => expect(uriFor(route)).toBe(file))

test.each(["/index.html", "/config.json", "/_expo/static/js/web/entry-0a1b.js", "/favicon.svg"])(
  "%s is a file already",
  (file) => expect(uriFor(file)).toBe(file),
)
