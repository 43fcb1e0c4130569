import { expect, test } from "vitest"
import { buildContextOf } from "../../init/build-context.ts"
import { repository } from "./repository.ts"

const files = {
  "package.json": "",
  "services/uv.lock": "",
  "services/common/a.py": "",
  "services/shop/server.js": "",
  "services/shop/src/a.ts": "",
}

test.each([
  ["what is in its own folder", ["server.js", "./src/", "*.js", "/server.js"], {}],
  ["the whole folder", ["."], {}],
  [
    "what the folder above has, too",
    ["uv.lock", "common/", "shop/src"],
    { context: "services", inputs: ["services/shop", "services/uv.lock", "services/common"] },
  ],
  [
    "by a pattern",
    ["common/*.py", "shop/server.js"],
    { context: "services", inputs: ["services/shop", "services/common"] },
  ],
  ["all of the folder above", [".", "shop/server.js"], { context: "services", inputs: ["services"] }],
  ["what the root has", ["services/shop/server.js", "services/shop/src"], { context: "." }],
  ["what has not been made yet", ["dist/", "server.js"], { missing: ["dist"] }],
])("%s is copied from the nearest folder that has it", async (_, copied, expected) => {
  const root = await repository(files)
  expect(await buildContextOf(root, "services/shop", copied)).toEqual({ missing: [], ...expected })
})

test("a Dockerfile at the root is built from there", async () => {
  expect(await buildContextOf(await repository(files), ".", ["package.json"])).toEqual({ missing: [] })
})
