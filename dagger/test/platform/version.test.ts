import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { siteVersionOf, versionOf } from "../../platform/version.ts"
import { service } from "./manifests.ts"

let root: string

const write = async (path: string, content: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cat-house-version-"))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const path of [
    "services/auth/app/main.py",
    "services/auth/Dockerfile",
    "services/catalog/app/main.py",
    "services/common/db.py",
    "services/base-image.date",
    "services/pyproject.toml",
    "services/uv.lock",
    "frontend/app.json",
  ])
    await write(path, path)
  await write(".gitignore", ".cache/\n")
  await write("services/.dockerignore", "**/tests\n**/Dockerfile")
  await write("frontend/.dockerignore", "test\n")
})

const versions = async () => ({
  image: await versionOf(root, service("auth")),
  site: await siteVersionOf(root, "frontend"),
})

test.each([
  "services/auth/app/main.py",
  "services/auth/app/dist/new.py",
  "services/auth/Dockerfile",
  "services/common/db.py",
  "services/base-image.date",
  "services/uv.lock",
])("a change of %s is a new version", async (path) => {
  const { image, site } = await versions()
  await write(path, "changed")
  const now = await versions()
  expect(now.image).not.toBe(image)
  expect(now.site).toBe(site)
})

test.each([
  "services/catalog/app/main.py",
  "services/auth/tests/test_main.py",
  "services/auth/app/.cache/main.py",
  "frontend/test/page.tsx",
  "README.md",
])("%s is no input of auth's image, nor of the site", async (path) => {
  const before = await versions()
  await write(path, "changed")
  expect(await versions()).toEqual(before)
})

test.each(["app.json", "package-lock.json", "public/config.json", "src/app/coverage/index.tsx"])(
  "a change of %s is a new version of the site",
  async (path) => {
    const { image, site } = await versions()
    await write(`frontend/${path}`, "changed")
    const now = await versions()
    expect(now.site).not.toBe(site)
    expect(now.image).toBe(image)
  },
)

test("a file that moves, or that can be run now, is a new version, though no content changed", async () => {
  const seen = [await versionOf(root, service("auth"))]
  await rename(join(root, "services/auth/app/main.py"), join(root, "services/auth/app/other.py"))
  seen.push(await versionOf(root, service("auth")))
  await chmod(join(root, "services/auth/app/other.py"), 0o755)
  seen.push(await versionOf(root, service("auth")))
  expect(new Set(seen).size).toBe(3)
})
