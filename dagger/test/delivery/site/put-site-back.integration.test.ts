import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { expect, test } from "vitest"
import { putSiteBack } from "../../../delivery/site/deploy-site.ts"
import { currentRelease, readPointer } from "../../../delivery/site/releases.ts"
import { verifySite } from "../../../delivery/site/verify-site.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import type { Gate, Passed } from "./gate.ts"
import { seen } from "../../docs/failure-table.ts"
import { asset, folderOf, siteStage, type Files } from "./site-stage.ts"

const cats: Files = {
  "index.html": "<h1>Cats</h1>",
  "about.html": "<h1>About cats</h1>",
  "cats.html": "<h1>All cats</h1>",
  "config.json": '{"animal":"cat"}',
  [asset("tom")]: "a picture of Tom",
}
const dogs: Files = {
  "index.html": "<h1>Dogs</h1>",
  "about.html": "<h1>About dogs</h1>",
  "dogs.html": "<h1>All dogs</h1>",
  "config.json": '{"animal":"dog"}',
  [asset("rex")]: "a picture of Rex",
  [asset("fido")]: "a picture of Fido",
}

type Stage = Awaited<ReturnType<typeof siteStage>>

/** All that is served of a site: nothing else, nothing less. */
async function expectServes({ get }: Stage, site: Files, other: Files): Promise<void> {
  for (const [path, content] of Object.entries(site))
    expect([path, (await get(`/${path}`)).text]).toEqual([path, content])
  const gone = Object.keys(other).filter((path) => path.endsWith(".html") && !(path in site))
  for (const path of gone) expect([path, (await get(`/${path}`)).status]).toEqual([path, 404])
}

const putOf =
  (end: string) =>
  ({ method, path }: Passed) =>
    method === "PUT" && path.endsWith(end)

/** The index page is stored as plain text, so that the site fails its check. */
const spoilIndex = (gate: Gate) =>
  (gate.changes = (passed, headers) =>
    putOf("/index.html")(passed) ? { ...headers, "content-type": "text/plain" } : headers)

test("[site-not-uploaded] a failure among the assets leaves the site as it was; the next deploy goes on", async () => {
  const stage = await siteStage()
  const { release } = await stage.deploy(cats)
  stage.gate.denies = putOf(asset("fido"))
  await expect(stage.deploy(dogs)).rejects.toThrow(seen())
  await expectServes(stage, cats, dogs)
  expect(await currentRelease(stage.target)).toBe(release)
  stage.gate.denies = () => false
  await stage.deploy(dogs)
  await expectServes(stage, dogs, cats)
})

test("[site-switch-fails] a failure during the switch puts back the pages that were copied, and proves it", async () => {
  const stage = await siteStage()
  const { release } = await stage.deploy(cats)
  let attempts = 0
  // The SDK's own try included; after that the bucket takes it again.
  stage.gate.denies = (passed) => putOf("/dogs.html")(passed) && ++attempts <= 2
  await expect(stage.deploy(dogs)).rejects.toThrow(seen())
  expect(stage.puts()).toContain("config.json")
  await expectServes(stage, cats, dogs)
  expect((await readPointer(stage.target)).current).toMatchObject({ release, activating: [], history: [release] })
  expect(await stage.deploy(cats)).toMatchObject({ changed: false })
})

test("[site-check-fails] a site that fails its check is put back, and what is served is proven", async () => {
  const stage = await siteStage()
  const { release } = await stage.deploy(cats)
  spoilIndex(stage.gate)
  stage.gate.before = async (passed) => {
    // What is put back is stored as it should be.
    if (passed.path.endsWith("/pack") && passed.method === "GET") stage.gate.changes = (_, headers) => headers
  }
  const failing = stage.deploy(dogs)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow(
    /^rolled-back: .*\/ has content-type text\/plain, expected text\/html; charset=utf-8/,
  )
  await expectServes(stage, cats, dogs)
  expect(await verifySite(stage.target, release)).toBeUndefined()
})

test("[site-first-fails] a first site that fails its check is taken away again", async () => {
  const stage = await siteStage()
  spoilIndex(stage.gate)
  await expect(stage.deploy(cats)).rejects.toThrow(seen())
  expect((await stage.get("/")).status).toBe(404)
  expect(await stage.keys()).toEqual([asset("tom")])
  expect(await currentRelease(stage.target)).toBeUndefined()
})

test("[site-not-put-back] a site that cannot be put back is told as such, and the next deploy copies all that may be stale", async () => {
  const stage = await siteStage()
  await stage.deploy(cats)
  stage.gate.denies = putOf("/index.html")
  const failing = stage.deploy(dogs)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow(/\n +site: .*denied by the test/)
  stage.gate.denies = () => false
  stage.gate.passed.length = 0
  await stage.deploy(cats)
  expect(stage.puts().sort()).toEqual(["about.html", "cats.html", "config.json", "index.html"])
  await expectServes(stage, cats, dogs)
})

test("what was put back is checked, too", async () => {
  const stage = await siteStage()
  await stage.deploy(cats)
  spoilIndex(stage.gate)
  await expect(stage.deploy(dogs)).rejects.toThrow(/^rollback-failed: .*\n +site: .*\/ has content-type text\/plain/)
})

/** Deploys from a process that is killed when all but the index has been copied. */
async function killSwitchTo(files: Files, { target, gate }: Stage): Promise<void> {
  const told = {
    endpoint: gate.url,
    folder: await folderOf(files),
    site: target.infrastructure.site,
    deploymentsBucket: target.infrastructure.deploymentsBucket,
  }
  const child = spawn(process.execPath, [join(repositoryRoot, "bench", "deploy-site.ts"), JSON.stringify(told)])
  const { promise: killed, resolve } = Promise.withResolvers<void>()
  gate.before = async (passed) => {
    if (!putOf("/index.html")(passed)) return
    child.kill("SIGKILL")
    await once(child, "exit")
    gate.before = async () => {}
    // The request that the process had sent, and none after it.
    gate.denies = () => {
      gate.denies = () => false
      return true
    }
    resolve()
  }
  await killed
}

test("a deploy that is killed half-way through the switch is noticed by the next, which skips nothing stale", async () => {
  const stage = await siteStage()
  const { release } = await stage.deploy(cats)
  await killSwitchTo(dogs, stage)
  const { current } = await readPointer(stage.target)
  expect(current).toMatchObject({ release, activating: [expect.stringMatching(/^[0-9a-f]{64}$/)] })
  expect((await stage.get("/about.html")).text).toBe("<h1>About dogs</h1>")
  expect((await stage.get("/")).text).toBe("<h1>Cats</h1>")

  expect(await stage.deploy(cats)).toMatchObject({ changed: true, uploaded: 4 })
  await expectServes(stage, cats, dogs)
})

test("a first deploy that is killed half-way through the switch is made whole by the next", async () => {
  const stage = await siteStage()
  await killSwitchTo(dogs, stage)
  expect((await stage.get("/")).status).toBe(404)
  await stage.deploy(dogs)
  await expectServes(stage, dogs, cats)
})

test("a release is put back after a later step has failed, from what was kept of it", async () => {
  const stage = await siteStage()
  const { release } = await stage.deploy(cats)
  await stage.deploy(dogs)
  expect(await putSiteBack(stage.target, release, stage.progress)).toEqual([])
  await expectServes(stage, cats, dogs)
  expect(await putSiteBack(stage.target, undefined, stage.progress)).toEqual([])
  expect((await stage.get("/")).status).toBe(404)
})

test("whoever may not ask for an invalidation is told at once, and the site is put back", async () => {
  const stage = await siteStage()
  await stage.deploy(cats)
  stage.gate.passed.length = 0
  stage.gate.denies = ({ method, path }) => method === "GET" && path.includes("/invalidation/")
  await expect(stage.deploy(dogs)).rejects.toThrow(/^rolled-back: .*denied by the test/)
  const asked = stage.gate.passed.filter(({ method, path }) => method === "GET" && path.includes("/invalidation/"))
  expect(asked).toHaveLength(2)
  await expectServes(stage, cats, dogs)
})
