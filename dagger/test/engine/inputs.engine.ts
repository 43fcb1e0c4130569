import { mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { inputsOfImage } from "../../platform/inputs.ts"
import { versionOf } from "../../platform/version.ts"
import { copyPlatform } from "../platform-copy.ts"
import { dagger } from "./dagger.ts"
import { service } from "../platform/manifests.ts"

/** Files that lists of names got wrong, and what they hold. */
const odd: Record<string, string> = {
  "services/auth/app/dist/tom.py": "a folder that tools make",
  "services/auth/app/[slug].py": "what globs take for a pattern",
  "services/auth/app/ü b.py": "another alphabet, and a blank",
}
let root: string

beforeAll(async () => {
  root = await copyPlatform()
  for (const [path, content] of Object.entries(odd)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), `# ${content}\n`)
  }
  await symlink("../../common/cathouse_common/py.typed", join(root, "services/auth/app/typed"))
  await mkdir(join(root, "services/auth/.hypothesis"))
  await writeFile(join(root, "services/auth/.hypothesis/left"), "by a test")
})
afterAll(() => rm(root, { recursive: true, force: true }))

test("an image has just the files that its version is the hash of, with an engine and without", async () => {
  const { stdout, stderr } = await dagger("call", "--source", root, "build", "--service", "auth")
  expect(stdout, stderr).toContain((await versionOf(root, service("auth"))).slice(0, 12))
  const listed = ["image", "--service", "auth", "directory", "--path", "/app/app", "glob", "--pattern", "**/*"]
  const image = await dagger("call", "--source", root, ...listed)
  expect(image.exitCode, image.stderr).toBe(0)
  const inImage = image.stdout.split("\n").filter((path) => path !== "" && !/__pycache__|\/$/.test(path))
  const inputs = (await inputsOfImage(root, service("auth").build))
    .map(({ path }) => path)
    .filter((path) => path.startsWith("auth/app/"))
  expect(inImage.toSorted()).toEqual(inputs.map((path) => path.slice("auth/app/".length)).toSorted())
  expect(inImage).toEqual(expect.arrayContaining(["dist/tom.py", "[slug].py", "ü b.py", "typed"]))
})
