import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises"
import { dirname, join } from "node:path"
import { beforeAll, expect, onTestFinished, test, vi } from "vitest"
import { buildSite } from "../../../node/packages/site.ts"
import { siteVersionOf } from "../../../platform/version.ts"
import type { Progress } from "../../../platform/progress.ts"
import { seen } from "../../docs/failure-table.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { edit, workingCopy } from "../../working-copy.ts"
import { openRepository } from "../../../platform/repository.ts"

/** Expo's own, in every page: React takes over what was rendered beforehand. CloudFront's CSP lists it. */
const inlineScript = "sha256-67fhrP0+BkBqmgGGXTtgiVO/9EQs3QruYNU/7fnRkI8="

let site: string
let files: string[]

/** A report that keeps what it is told. */
function keepingReport(): Progress & { told: string[] } {
  const told: string[] = []
  const tell = (subject: string, text: string) => void told.push(`${subject}: ${text}`)
  return { told, status: tell, line: tell, done: tell, failed: tell }
}

const build = async (root: string, progress: Progress = keepingReport()) =>
  buildSite(await openRepository(root), progress)

beforeAll(async () => {
  site = await build(repositoryRoot)
  const entries = await readdir(site, { recursive: true, withFileTypes: true })
  files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}, 300_000)

test("the site has a page for each route, and its runtime configuration", async () => {
  const here = files.map((path) => path.slice(site.length + 1))
  expect(here).toEqual(expect.arrayContaining(["index.html", "about.html", "404.html", "config.json"]))
  expect(await readFile(join(site, "about.html"), "utf8")).toContain("<title")
  expect(JSON.parse(await readFile(join(site, "config.json"), "utf8"))).toEqual({ apiBase: "/api/v1" })
})

test("what may be cached for ever is named after its content, and the rest is small", async () => {
  const hashed = /\/(_expo\/static|assets)\/.*[-.][0-9a-f]{32}(@\dx)?\.\w+$/
  for (const kind of [/\.js$/, /\.css$/])
    expect(files.filter((path) => hashed.test(path) && kind.test(path))).not.toEqual([])
  const rest = files.filter((path) => !hashed.test(path))
  expect(rest.filter((path) => /\/(_expo\/static|assets)\//.test(path))).toEqual([])
  for (const path of rest) expect((await stat(path)).size, path).toBeLessThan(50_000)
})

test("no page has an inline script but the one that the CSP lists", async () => {
  for (const path of files.filter((path) => path.endsWith(".html"))) {
    const scripts = [...(await readFile(path, "utf8")).matchAll(/<script\b([^>]*)>(.*?)<\/script>/gs)]
    const inline = scripts.filter(([, attributes]) => !attributes!.includes("src="))
    const hashes = inline.map(([, , text]) => `sha256-${createHash("sha256").update(text!).digest("base64")}`)
    expect(hashes, path).toEqual([inlineScript])
  }
})

test("a site that was built is not built again", async () => {
  const progress = keepingReport()
  expect(await build(repositoryRoot, progress)).toBe(site)
  expect(progress.told).toEqual([expect.stringMatching(/^site: [0-9a-f]{12} is built already$/)])
})

test("the same inputs make the same bytes, whatever the environment says", async () => {
  const first = `${site}-first`
  await rename(site, first)
  onTestFinished(() => rm(first, { recursive: true }))
  vi.stubEnv("EXPO_PUBLIC_API", "https://example.com")
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(await build(await workingCopy())).toBe(site)
  for (const path of files) {
    const before = await readFile(path.replace(site, first))
    expect(before.equals(await readFile(path)), path).toBe(true)
  }
  expect(await readdir(site, { recursive: true })).toHaveLength((await readdir(first, { recursive: true })).length)
})

test("a change of the frontend is another site, whose packages are not installed again, and old ones are given up", async () => {
  const old = ["packages-old", "packages-older"].map((name) => join(dirname(site), name))
  for (const [age, path] of old.entries()) {
    await mkdir(path)
    await utimes(path, 1000 - age, 1000 - age)
  }
  onTestFinished(() => rm(old[0]!, { recursive: true, force: true }))
  const root = await workingCopy()
  await edit(root, "frontend/src/app/about.tsx", (text) => text.replace('"About"', '"About cats"'))
  const progress = keepingReport()
  const changed = await build(root, progress)
  expect(progress.told[0]).toBe("site: exporting")
  expect(await readFile(join(changed, "about.html"), "utf8")).toContain("About cats · Cat House")
  expect(existsSync(old[1]!)).toBe(false)
  await rm(changed, { recursive: true })
})

test("[site-unbuilt] a frontend that does not compile is refused in the bundler's words", async () => {
  const root = await workingCopy()
  await edit(root, "frontend/src/app/about.tsx", (text) =>
    text.replace("../components/health-list", "../components/none"),
  )
  const failing = build(root)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow(
    /^refused: the site could not be exported\.\n.*Unable to resolve module \.\.\/components\/none from frontend\/src\/app\/about\.tsx/s,
  )
  const version = await siteVersionOf(root, "frontend")
  expect(await readdir(join(repositoryRoot, ".cathouse", "sites"))).not.toContain(version)
})

test("a working copy without a frontend is refused", async () => {
  const root = await workingCopy()
  await rm(join(root, "frontend"), { recursive: true })
  await expect(build(root)).rejects.toThrow("refused: there is no frontend/package-lock.json.")
})
