import { expect, test } from "vitest"
import { contentTypes, immutable, cacheControlOf, revalidated } from "../../../delivery/site/classification.ts"

const hash = "bce5e04294d85e3ed92ee834740168cf"

test.each([
  ["a bundle with a hash", `_expo/static/js/web/entry-${hash}.js`],
  ["an asset with a hash before its scale", `assets/icons/back.${hash}@2x.png`],
  ["a style with a hash", `_expo/static/css/global-${hash}.css`],
])("%s is kept for a year", (_, path) => expect(cacheControlOf(path)).toBe(immutable))

test.each([
  ["a page", "about.html"],
  ["the runtime configuration", "config.json"],
  ["an asset without a hash", "assets/logo.png"],
  ["an asset with a date", "assets/cat-2026112412000000.png"],
  ["an asset with a short hexadecimal word", "assets/facade.png"],
  ["a file with a hash outside of the exported folders", `downloads/cats-${hash}.pdf`],
  ["a file in a folder with a hash in its name", `assets/theme-${hash}/logo.png`],
  ["a hash without an extension after it", `assets/${hash}`],
])("%s is asked for again each time", (_, path) => expect(cacheControlOf(path)).toBe(revalidated))

test.each([
  ["index.html", "text/html; charset=utf-8"],
  ["_expo/static/js/web/entry.js", "text/javascript; charset=utf-8"],
  ["a.css", "text/css; charset=utf-8"],
  ["config.json", "application/json; charset=utf-8"],
  ["favicon.svg", "image/svg+xml; charset=utf-8"],
  ["site.webmanifest", "application/manifest+json; charset=utf-8"],
  ["a.png", "image/png"],
  ["favicon.ico", "image/vnd.microsoft.icon"],
  ["font.woff2", "font/woff2"],
  ["without-extension", "application/octet-stream"],
])("%s is served as %s", async (path, type) => expect((await contentTypes())(path)).toBe(type))
