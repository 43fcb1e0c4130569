import { spawnSync } from "node:child_process"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { seen } from "../docs/failure-table.ts"
import { workingCopy } from "../working-copy.ts"
import { cathouse } from "./cathouse.ts"

/** Runs a command in namespaces of its own, which its account may need to be root for. */
const apart = (...namespaces: string[]) => ["unshare", ...namespaces, "sh", "-c"]
const mayMount = spawnSync("unshare", ["--mount", "true"]).status === 0
const mayUnplug = spawnSync("unshare", ["--net", "ip", "link", "set", "lo", "up"]).status === 0

/** Runs a command where a folder is a disk of its own, so large and with what the folder had. */
const onDiskOf = (size: string, folder: string) => [
  ...apart("--mount"),
  `cp -a "$0" "$0.copy" && mount -t tmpfs -o size=${size} none "$0" && cp -a "$0.copy/." "$0"
   "$@"; code=$?; rm -r "$0.copy"; mkdir "$0.after"; cp -a "$0/." "$0.after"; exit $code`,
  folder,
]

async function failed(
  root: string,
  args: string[],
  within: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { exitCode, stdout, stderr, left } = await cathouse(root, args, env, within)
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
  expect(exitCode, stderr).toBeGreaterThan(1)
  expect(stdout).toBe("")
  expect(left).toEqual([])
  return stderr
}

/** A working copy whose images are its own, and none yet. */
async function withoutImages(): Promise<{ root: string; images: string }> {
  const root = await workingCopy()
  const images = join(root, ".cathouse", "images")
  await rm(images)
  await mkdir(images)
  return { root, images }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-machine-"))
  // PostgreSQL's account gets there, too.
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe.skipIf(!mayMount)("a disk that is full", () => {
  test("has no room for images: refused, and no half of one is left", async () => {
    const { root, images } = await withoutImages()
    const words = await failed(root, ["deploy"], onDiskOf("8m", images))
    expect(words).toMatch(/refused: the services' dependencies could not be installed\.[^]*No space left on device/)
    expect((await readdir(`${images}.after`)).filter((name) => !name.startsWith("python-"))).toEqual([])
  })

  test("has no room for PostgreSQL: refused, and nothing is left of it", async () => {
    const folder = join(await temporaryFolder(), "tmp")
    await mkdir(folder, { mode: 0o777 })
    const words = await failed(await workingCopy(), ["deploy"], onDiskOf("3m", folder), { TMPDIR: folder })
    expect(words).toMatch(/refused: PostgreSQL could not be set up\.[^]*No space left on device/)
    expect((await readdir(`${folder}.after`)).filter((name) => name.startsWith("cat-house-"))).toEqual([])
  })

  test("has no room for all that init writes: none of it is left", async () => {
    const root = join(await temporaryFolder(), "shop")
    await mkdir(root)
    await writeFile(join(root, "Dockerfile"), 'FROM python:3.13-slim\nEXPOSE 8000\nCMD ["python", "-m", "shop"]\n')
    const there = 'cd "$0" && exec "$@"'
    const words = await failed(root, ["init"], [...onDiskOf("16k", root), "sh", "-c", there, root])
    expect(words).toMatch(/refused: \S+ cannot be written: ENOSPC/)
    expect((await readdir(`${root}.after`, { recursive: true })).filter((name) => /\./.test(name))).toEqual([])
  })

  test("[disk-full] costs nothing of what a platform has kept", async () => {
    const root = await workingCopy()
    const data = join(root, ".cathouse", "data")
    await mkdir(data)
    const kept = JSON.stringify({ databasePassword: "tom", secrets: {}, echoPort: 4000 })
    await writeFile(join(data, "values.json"), kept)
    const fill = 'head -c 1m /dev/zero >"$0/filler"; exec "$@"'
    const words = await failed(root, ["up", "--once", "--keep"], [...onDiskOf("64k", data), "sh", "-c", fill, data])
    expect(words).toMatch(seen())
    expect(words).toContain("ENOSPC: no space left on device, write.\n  Free some space")
    expect(await readFile(join(`${data}.after`, "values.json"), "utf8")).toBe(kept)
    expect((await readdir(`${data}.after`)).sort()).toEqual(["filler", "values.json"])
  })
})

test.skipIf(!mayMount)(
  "[folder-read-only] a working copy that is read-only is refused before anything is started",
  async () => {
    const { root } = await withoutImages()
    const within = [...apart("--mount"), 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"', root]
    const words = await failed(root, ["deploy"], within)
    expect(words).toMatch(seen())
    expect(words).toContain("make it writable, or work in another copy.")
  },
)

test("two working copies come up side by side, each at ports of its own", async () => {
  const up = async () => cathouse(await workingCopy(), ["up", "--once", "--no-site"])
  const both = await Promise.all([up(), up()])
  for (const { exitCode, stderr, left } of both) {
    expect(exitCode, stderr).toBe(0)
    expect(left).toEqual([])
  }
  const [one, other] = both.map(({ stderr }) => /local cloud: serves http:\/\/127\.0\.0\.1:(\d+)/.exec(stderr)![1])
  expect(one).not.toBe(other)
})

describe.skipIf(!mayUnplug)("without a network", () => {
  const unplugged = [...apart("--net"), 'ip link set lo up && exec "$0" "$@"']

  test("a working copy that has what it needs is deployed to this machine", async () => {
    const { exitCode, stderr, left } = await cathouse(await workingCopy(), ["deploy"], {}, unplugged)
    expect(exitCode, stderr).toBe(0)
    expect(left).toEqual([])
  })

  test("[packages-out-of-reach] packages that are not there are named", async () => {
    const { root } = await withoutImages()
    const nothing = await temporaryFolder()
    const words = await failed(root, ["build", "--service", "auth"], unplugged, { UV_CACHE_DIR: nothing })
    expect(words).toMatch(seen())
  })

  test("AWS out of reach is told with its name", async () => {
    const env = { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "y" }
    const words = await failed(await workingCopy(), ["status", "--env", "staging"], unplugged, env)
    expect(words).toMatch(/refused: AWS[^]*amazonaws\.com/)
  })
})
