import { mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { checkSite } from "../../../delivery/site/check-site.ts"
import { currentRelease } from "../../../delivery/site/releases.ts"
import { verifySite } from "../../../delivery/site/verify-site.ts"
import { seen } from "../../docs/failure-table.ts"
import { asset, deployFolder, folderOf, siteStage, type Files } from "./site-stage.ts"

const first: Files = {
  "index.html": "<h1>Cats</h1>",
  "about.html": "<h1>About</h1>",
  "config.json": "{}",
  [asset("tom")]: "a picture of Tom",
}

test("releases that cannot be read are a refusal with the reason", async () => {
  const { deploy, gate } = await siteStage()
  gate.denies = ({ path }) => path.endsWith("current.json")
  await expect(deploy(first)).rejects.toThrow(
    /^refused: the site's releases: site\/current.json could not be read .*denied/,
  )
})

describe("a first deploy", () => {
  test("serves every file as what it is, and says how long it may be kept", async () => {
    const { deploy, get } = await siteStage()
    expect(await deploy(first)).toMatchObject({ changed: true, uploaded: 4, unchanged: 0, invalidated: ["/*"] })
    for (const [path, type, cache] of [
      ["/", "text/html; charset=utf-8", "no-cache"],
      ["/about.html", "text/html; charset=utf-8", "no-cache"],
      ["/config.json", "application/json; charset=utf-8", "no-cache"],
      [`/${asset("tom")}`, "image/png", "public, max-age=31536000, immutable"],
    ] as const) {
      const { status, headers } = await get(path)
      expect([path, status, headers.get("content-type"), headers.get("cache-control")]).toEqual([
        path,
        200,
        type,
        cache,
      ])
    }
    expect((await get("/")).text).toBe(first["index.html"])
  })

  test("sends assets first, then the configuration, then pages, and the index the very last", async () => {
    const { deploy, puts } = await siteStage()
    await deploy({ ...first, "cats/tom.html": "Tom" })
    const order = puts()
    expect(order.slice(0, 2)).toEqual([asset("tom"), "config.json"])
    expect(order.slice(2, 4).sort()).toEqual(["about.html", "cats/tom.html"])
    expect(order.slice(4)).toEqual(["index.html"])
  })

  test("sends no more than 32 files at a time", async () => {
    const { deploy, gate, puts } = await siteStage()
    // The first 32 wait for each other, and then for a 33rd that must not come.
    const together = Promise.withResolvers<void>()
    let waiting = 0
    gate.before = async ({ path }) => {
      if (!path.includes("/assets/")) return
      if (++waiting === 32) setTimeout(together.resolve, 200)
      await together.promise
    }
    const assets = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [asset(`cat ${n}`), `cat ${n}`]))
    await deploy({ ...first, ...assets })
    expect(puts()).toHaveLength(104)
    expect(gate.mostAtATime).toBe(32)
  })
})

describe("a further deploy", () => {
  test("of the same content changes nothing, and puts nothing", async () => {
    const { deploy, gate, target } = await siteStage()
    const { release } = await deploy(first)
    gate.passed.length = 0
    expect(await deploy(first)).toMatchObject({ release, changed: false, uploaded: 0, unchanged: 4, invalidated: [] })
    expect(gate.passed.map(({ method }) => method)).toEqual(["GET"])
    expect(await currentRelease(target)).toBe(release)
    expect(await verifySite(target, release)).toBeUndefined()
  })

  test("sends a file once more that the bucket did not take at once", async () => {
    const { deploy, gate, get } = await siteStage()
    let denials = 0
    gate.denies = ({ method, path }) => method === "PUT" && path.endsWith(asset("tom")) && ++denials === 1
    expect(await deploy(first)).toMatchObject({ changed: true })
    const { text, headers } = await get(`/${asset("tom")}`)
    expect([text, headers.get("content-type")]).toEqual([first[asset("tom")], "image/png"])
  })

  test("of a changed page sends that one and invalidates its addresses, even with the same size and time", async () => {
    const { target, progress, get, gate, puts, invalidations } = await siteStage()
    const folder = await folderOf(first)
    const time = new Date("2026-11-24")
    await utimes(join(folder, "about.html"), time, time)
    await deployFolder(target, folder, progress)
    gate.passed.length = 0
    await writeFile(join(folder, "about.html"), "<h1>abouT</h1>")
    await utimes(join(folder, "about.html"), time, time)
    const deployed = await deployFolder(target, folder, progress)
    expect(deployed).toMatchObject({ uploaded: 1, unchanged: 3, invalidated: ["/about", "/about.html"] })
    expect(puts()).toEqual(["about.html"])
    expect(await invalidations()).toHaveLength(2)
    expect((await get("/about.html")).text).toBe("<h1>abouT</h1>")
  })

  test("without a page removes it, and leaves its asset to those who still have the page", async () => {
    const { deploy, get, keys } = await siteStage()
    await deploy(first)
    const deployed = await deploy({ "index.html": "<h1>Cats</h1>", "config.json": "{}" })
    expect(deployed).toMatchObject({ uploaded: 0, invalidated: ["/about", "/about.html"] })
    expect((await get("/about.html")).status).toBe(404)
    expect(await keys()).toContain(asset("tom"))
  })

  test("of a former content sends its pages again, and invalidates anew", async () => {
    const { deploy, get, puts, gate, invalidations } = await siteStage()
    await deploy(first)
    await deploy({ ...first, "index.html": "<h1>Dogs</h1>" })
    await deploy(first)
    await deploy({ ...first, "index.html": "<h1>Dogs</h1>" })
    gate.passed.length = 0
    expect(await deploy(first)).toMatchObject({ uploaded: 1, invalidated: ["/", "/index.html"] })
    expect(puts()).toEqual(["index.html"])
    expect((await get("/")).text).toBe("<h1>Cats</h1>")
    expect(await invalidations()).toHaveLength(5)
  })

  test("copies everything again where somebody has deleted what is served", async () => {
    const { deploy, get, unhindered, lines } = await siteStage()
    await deploy(first)
    const s3 = await unhindered.aws.s3()
    await s3.deleteObject({ Bucket: unhindered.infrastructure.site!.bucket, Key: "index.html" })
    expect(await deploy(first)).toMatchObject({ changed: true, uploaded: 4, invalidated: ["/*"] })
    expect((await get("/")).text).toBe("<h1>Cats</h1>")
    expect(lines.join("\n")).toContain("answers 404, expected 200")
  })
})

describe("old releases", () => {
  const release = (n: number): Files => ({
    "index.html": `<h1>${n}</h1>`,
    [asset(`of ${n}`)]: `of ${n}`,
    [asset("of all")]: "of all",
  })

  test("keep their assets for as many releases as are kept, and then lose those that no kept one uses", async () => {
    const { deploy, keys, releases } = await siteStage({ keepReleases: 2 })
    const [, second] = [await deploy(release(1)), await deploy(release(2))]
    expect(await keys()).toEqual([asset("of 1"), asset("of 2"), asset("of all"), "index.html"])
    const third = await deploy(release(3))
    expect(await keys()).toEqual([asset("of 2"), asset("of 3"), asset("of all"), "index.html"])
    expect(await releases()).toEqual(expect.arrayContaining([second.release, third.release, "current.json"]))
    expect(await releases()).toHaveLength(3)
  })

  test("that never came to be served are given up after a day, not earlier", async () => {
    const { deploy, gate, keys, target } = await siteStage()
    await deploy(release(1))
    gate.denies = ({ method, path }) => method === "PUT" && path.endsWith("/pack")
    await expect(deploy(release(2))).rejects.toThrow(/^refused: /)
    gate.denies = () => false
    await deploy(release(3))
    expect(await keys()).toContain(asset("of 2"))
    target.clock = { ...target.clock, now: () => Date.now() + 25 * 3600_000 }
    await deploy(release(4))
    expect(await keys()).not.toContain(asset("of 2"))
    expect(await keys()).toContain(asset("of 1"))
  })

  test("do not fail a deploy when they cannot be deleted, which the next one makes up for", async () => {
    const { deploy, gate, keys, lines } = await siteStage({ keepReleases: 2 })
    await deploy(release(1))
    await deploy(release(2))
    gate.denies = ({ method }) => method === "POST"
    gate.before = async ({ method, path }) => {
      // Only what comes after the switch is denied: the invalidation is a POST, too.
      if (path.includes("invalidation")) gate.denies = () => false
      if (method === "PUT" && path.endsWith("current.json")) gate.denies = ({ method }) => method === "POST"
    }
    expect(await deploy(release(3))).toMatchObject({ changed: true })
    expect(lines.join("\n")).toContain("old releases are still kept")
    expect(await keys()).toContain(asset("of 1"))
    gate.denies = () => false
    gate.before = async () => {}
    await deploy(release(4))
    expect(await keys()).toEqual([asset("of 3"), asset("of 4"), asset("of all"), "index.html"])
  })
})

describe("refuses, and changes nothing,", () => {
  test.each([
    ["an empty folder", {}, "is empty"],
    ["a folder without an index page", { "about.html": "" }, "has no index.html"],
  ])("%s", async (_, files, message) => {
    const { deploy, gate } = await siteStage()
    await expect(deploy(files)).rejects.toThrow(message)
    expect(gate.passed.filter(({ method }) => method !== "GET")).toEqual([])
  })

  test.each([
    ["a link that leads out of the site", (outside: string) => join(outside, "secret.txt"), "leads out of the site"],
    ["a link that leads nowhere", () => "nowhere.txt", "leads nowhere"],
  ])("%s", async (_, to, message) => {
    const { target, progress, gate } = await siteStage()
    const outside = await mkdtemp(join(tmpdir(), "cat-house-outside-"))
    onTestFinished(() => rm(outside, { recursive: true }))
    await writeFile(join(outside, "secret.txt"), "secret")
    const folder = await folderOf(first)
    await symlink(to(outside), join(folder, "notes.txt"))
    await expect(deployFolder(target, folder, progress)).rejects.toThrow(message)
    expect(gate.passed.filter(({ method }) => method !== "GET")).toEqual([])
  })

  test("[site-conflicts] other content under a name that says to be made from it", async () => {
    const { deploy, get, keys } = await siteStage()
    await deploy(first)
    await expect(deploy({ ...first, [asset("tom")]: "a picture of Jerry" })).rejects.toThrow(seen())
    expect((await get(`/${asset("tom")}`)).text).toBe("a picture of Tom")
    expect(await keys()).toHaveLength(4)
  })

  test("[site-overtaken] a deploy that somebody else's has overtaken", async () => {
    const { deploy, gate, unhindered, progress, get } = await siteStage()
    await deploy(first)
    const theirs = await folderOf({ "index.html": "<h1>Theirs</h1>" })
    gate.before = async ({ path }) => {
      if (!path.endsWith("/pack")) return
      gate.before = async () => {}
      await deployFolder(unhindered, theirs, progress)
    }
    await expect(deploy({ "index.html": "<h1>Ours</h1>" })).rejects.toThrow(seen())
    expect((await get("/")).text).toBe("<h1>Theirs</h1>")
  })
})

test("[site-unfit] a bucket and a distribution that do not exist are named", async () => {
  const { target } = await siteStage()
  expect(await checkSite(target)).toEqual([])
  const { infrastructure } = target
  infrastructure.site = { ...infrastructure.site!, bucket: "no-such-bucket", distribution: "ENOSUCHID" }
  const problems = await checkSite(target)
  expect(problems.join("\n")).toMatch(seen())
  expect(problems).toEqual([
    "bucket no-such-bucket of the site does not exist. Apply the environment's infrastructure again.",
    "distribution ENOSUCHID of the site does not exist. Apply the environment's infrastructure again.",
  ])
})
