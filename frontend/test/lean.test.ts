import { expect, jest, test } from "@jest/globals"
import { existsSync, readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { leanFile, replacedFiles } from "../metro.lean"

const packages = join(__dirname, "..", "node_modules")
const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

test("what the site leaves out, or has another file of, is where its library had it", () => {
  const isThere = (start: string) =>
    start.endsWith("/")
      ? namesIn(join(packages, start)).length > 0
      : namesIn(join(packages, dirname(start))).some((name) => name.startsWith(basename(start)))
  expect(replacedFiles.filter((start) => !isThere(start))).toEqual([])
})

test("whatever asks for what is left out is told so by name", () => {
  const file = leanFile(join(packages, "expo-router", "build", "views", "Sitemap.js"))
  const asking = () => jest.requireActual<{ Sitemap: unknown }>(file).Sitemap
  expect(asking).toThrow("Sitemap is left out of this site")
})
