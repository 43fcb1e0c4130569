import { expect, test } from "vitest"
import { allButInputs, allButWhatIsChecked } from "../../src/engine/working-copy.ts"
import { leftovers } from "../../platform/version.ts"

const distribution = ["!infra/environment/headers.json", "!infra/environment/spa.js"]
const left = leftovers.map((pattern) => `**/${pattern}`)

test("the module's source leaves out just what versions leave out", () => {
  expect(allButInputs).toEqual(["*", "!platform.json", "!services", "!frontend", ...distribution, ...left])
})

test("the checks do not see what tools and editors leave behind", () => {
  expect(allButWhatIsChecked).toEqual(expect.arrayContaining(left))
})
