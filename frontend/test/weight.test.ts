/** @jest-environment node */
import { beforeAll, expect, test } from "@jest/globals"
import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"

const frontend = join(__dirname, "..")
const dist = join(frontend, "dist")

/** Bytes of JavaScript, compressed, that a page may ask for before it works; of 153 KB, 57 are React's, 50 the router */
const budget = 160 * 1024

let pages: string[]

beforeAll(async () => {
  const env = { ...process.env, CI: "1", EXPO_OFFLINE: "1", EXPO_NO_TELEMETRY: "1", NODE_ENV: "production" as const }
  await promisify(execFile)("npm", ["run", "export"], { cwd: frontend, env })
  pages = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"))
}, 900_000)

const filesOf = (page: string, link: RegExp): string[] =>
  [...readFileSync(join(dist, page), "utf8").matchAll(link)].map(([, path = ""]) => path)

test("no page asks for more JavaScript than the budget allows", () => {
  const sizes = pages.map((page): [string, number] => [
    page,
    filesOf(page, /<script src="([^"]+)"/g).reduce(
      (sum, script) => sum + gzipSync(readFileSync(join(dist, script))).length,
      0,
    ),
  ])
  expect(sizes).toContainEqual(["index.html", expect.any(Number)])
  expect(sizes.filter(([, size]) => size === 0)).toEqual([])
  expect(sizes.filter(([, size]) => size > budget)).toEqual([])
})

test("every page has the same one style sheet", () => {
  const sheets = pages.flatMap((page) => filesOf(page, /<link rel="stylesheet" href="([^"]+)"/g))
  expect(sheets).toHaveLength(pages.length)
  expect(new Set(sheets).size).toBe(1)
  expect(readdirSync(join(dist, "_expo", "static", "css"))).toHaveLength(1)
})

test("no script has a name that an address would have otherwise", () => {
  const scripts = pages.flatMap((page) => filesOf(page, /<script src="([^"]+)"/g))
  expect(scripts.filter((path) => !/^[\w/.-]+$/.test(path))).toEqual([])
})

test("an entry's address has a file for all slugs", () => {
  expect(pages).toContain(join("entries", "[slug].html"))
})
