import { expect, jest, test } from "@jest/globals"
import { existsSync, readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { leanFile, replacedFiles } from "../metro.lean"
import { askedInVain } from "./router-files"

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

/** Looked at, one by one: what follows is for something that this site has not. */
const forOthers = {
  stacks:
    /^(Stack\w+|appendScreenStackPropsToOptions|validateStackPresentation|mapProtectedScreen) by build\/layouts\/StackClient/,
  tabs: /^(isNativeTabTrigger|convertTabPropsToOptions) by build\/layouts\/withLayoutContext/,
  apps: /^(createURL|getLinkingURL) by build\/link\/linking/,
  "sites without a layout": /^SafeAreaView by build\/views\/Navigator/,
  sitemaps: /^Sitemap by build\/ExpoRoot/,
  "sites without a page for unknown addresses": /^Unmatched by build\/views\/RootUnmatched/,
  "routes without a page, or loaded late, in development":
    /^Toast(Wrapper)? by build\/views\/(EmptyRoute|SuspenseFallback)/,
  "a site that cannot be drawn at all": /^View by build\/renderRootComponent/,
}

test("the router asks for nothing that is left out, but for what other sites have", () => {
  const asked = [...askedInVain("qualified-entry.js", "renderRootComponent.js", "index.js")]
  const known = Object.values(forOthers)
  expect(asked.filter((one) => !known.some((pattern) => pattern.test(one)))).toEqual([])
  expect(known.filter((pattern) => !asked.some((one) => pattern.test(one)))).toEqual([])
})
