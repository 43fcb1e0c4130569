import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { leftovers } from "../../src/platform/version.ts"

test("the module's source leaves out just what versions leave out", () => {
  // Dagger reads the list as it stands in the source, so that it cannot be made from the other.
  const source = readFileSync("dagger/src/index.ts", "utf8")
  const ignored = /ignore: \[(.*?)\]/s
    .exec(source)![1]!
    .match(/"[^"]+"/g)!
    .map((text) => JSON.parse(text) as string)
  const left = leftovers.map((pattern) => `**/${pattern}`)
  expect(ignored).toEqual(["*", "!platform.json", "!services", "!frontend", ...left])
})
