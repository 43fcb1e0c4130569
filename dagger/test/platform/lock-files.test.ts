import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"

const read = (file: string): string => readFileSync(join(repositoryRoot, "dagger", file), "utf8")

/** What npm installs: `zod@4.6.7`. */
function installedByNpm(): string[] {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { version?: string }> }
  const named = Object.entries(packages).filter(([path]) => path !== "")
  return named.map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`)
}

/** bun's lock file is JSON with commas at the ends. */
function installedByBun(): string[] {
  const { packages } = JSON.parse(read("bun.lock").replace(/,(\s*[}\]])/g, "$1")) as {
    packages: Record<string, [string]>
  }
  return Object.values(packages).map(([name]) => name)
}

test("Dagger's bun and plain Node install the same versions of the module's packages", () => {
  const [npm, bun] = [new Set(installedByNpm()), new Set(installedByBun())]
  expect(npm.size).toBeGreaterThan(50)
  expect([...bun].sort(), "npx bun@1.3.0 pm migrate --force, in dagger/, makes bun.lock anew").toEqual([...npm].sort())
})
