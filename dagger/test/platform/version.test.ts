import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { siteVersionOf, versionOf } from "../../platform/version.ts"

let services: string

const write = async (path: string, content: string) => {
  await mkdir(dirname(join(services, path)), { recursive: true })
  await writeFile(join(services, path), content)
}

beforeEach(async () => {
  services = await mkdtemp(join(tmpdir(), "cat-house-version-"))
  onTestFinished(() => rm(services, { recursive: true }))
  for (const path of [
    "auth/app/main.py",
    "auth/Dockerfile",
    "catalog/app/main.py",
    "common/db.py",
    "uv.lock",
    "pyproject.toml",
    ".dockerignore",
  ]) {
    await write(path, path)
  }
})

test.each(["auth/app/main.py", "auth/Dockerfile", "common/db.py", "uv.lock"])(
  "a change of %s is a new version",
  async (path) => {
    const before = await versionOf(services, "auth")
    await write(path, "changed")
    expect(await versionOf(services, "auth")).not.toBe(before)
  },
)

test.each([
  "catalog/app/main.py",
  "auth/app/__pycache__/main.pyc",
  "auth/.pytest_cache/x",
  "auth/app/.main.py.swp",
  "auth/.DS_Store",
])("%s is no input of auth's image", async (path) => {
  const before = await versionOf(services, "auth")
  await write(path, "changed")
  expect(await versionOf(services, "auth")).toBe(before)
})

test("a file that moves is a new version, though no content changed", async () => {
  const before = await versionOf(services, "auth")
  await rename(join(services, "auth/app/main.py"), join(services, "auth/app/other.py"))
  expect(await versionOf(services, "auth")).not.toBe(before)
})

test("a link to nowhere, as editors make them, is no input", async () => {
  const before = await versionOf(services, "auth")
  await symlink("nowhere", join(services, "auth/app/.#main.py"))
  await symlink("nowhere", join(services, "auth/app/link"))
  expect(await versionOf(services, "auth")).toBe(before)
})

test.each(["app.json", "package-lock.json", "public/config.json", "src/app/index.tsx"])(
  "a change of %s is a new version of the site",
  async (path) => {
    await write("frontend/app.json", "{}")
    const before = await siteVersionOf(join(services, "frontend"))
    await write(`frontend/${path}`, "changed")
    expect(await siteVersionOf(join(services, "frontend"))).not.toBe(before)
  },
)

test.each(["node_modules/react/index.js", "dist/index.html", ".expo/devices.json", "expo-env.d.ts"])(
  "%s is no input of the site",
  async (path) => {
    await write("frontend/app.json", "{}")
    const before = await siteVersionOf(join(services, "frontend"))
    await write(`frontend/${path}`, "changed")
    expect(await siteVersionOf(join(services, "frontend"))).toBe(before)
  },
)
