import { expect, test } from "vitest"
import { deploySite } from "../../../delivery/site/deploy-site.ts"
import { openKeptSite } from "../../../delivery/site/kept-site.ts"
import { planSite } from "../../../delivery/site/plan-site.ts"
import { packKey } from "../../../delivery/site/releases.ts"
import { asset, siteStage, type Files } from "./site-stage.ts"

const cats: Files = { "index.html": "<h1>Cats</h1>", "config.json": "{}", [asset("tom")]: "a picture of Tom" }
const dogs: Files = { "index.html": "<h1>Dogs</h1>", "dogs.html": "<h1>All</h1>", [asset("rex")]: "a picture of Rex" }

/** What a deployment elsewhere would find, and what is served there. */
async function promoted({ keepReleases = 5 } = {}) {
  const [from, to] = [await siteStage({ keepReleases }), await siteStage()]
  await to.deploy(dogs)
  const { release } = await from.deploy(cats)
  return { from, to, release, open: () => openKeptSite(from.unhindered, release) }
}

test("another environment's release is served file by file, as its plan says", async () => {
  const { to, release, open } = await promoted()
  const planned = await planSite(to.target, await open())
  expect(planned).toMatchObject({ to: release, remove: ["dogs.html"] })
  expect(planned.upload.toSorted()).toEqual(Object.keys(cats).toSorted())
  expect(planned.invalidate).toEqual(expect.arrayContaining(["/", "/index.html", "/dogs.html"]))
  to.gate.passed.length = 0
  expect((await deploySite(to.target, await open(), to.progress)).release).toBe(release)
  expect(to.puts().toSorted()).toEqual(planned.upload.toSorted().map(encodeURI))
  for (const [path, content] of Object.entries(cats)) expect((await to.get(`/${path}`)).text).toBe(content)
  expect(await planSite(to.target, await open())).toEqual({
    from: release,
    to: release,
    upload: [],
    remove: [],
    invalidate: [],
  })
})

test.each<[string, (stage: Awaited<ReturnType<typeof promoted>>) => [string, string]]>([
  ["an asset", ({ from }) => [from.target.infrastructure.site!.bucket, asset("tom")]],
  ["a page", ({ from, release }) => [from.target.infrastructure.deploymentsBucket, packKey(release)]],
])("%s that was changed where it ran goes nowhere", async (_, where) => {
  const staged = await promoted()
  const { from, to, open } = staged
  const [Bucket, Key] = where(staged)
  const s3 = await from.unhindered.aws.s3()
  const { ContentLength } = await s3.headObject({ Bucket, Key })
  await s3.putObject({ Bucket, Key, Body: "x".repeat(ContentLength!) })
  await expect(open().then((site) => deploySite(to.target, site, to.progress))).rejects.toThrow(
    /^refused: the site could not be uploaded: .* is not what its release says/,
  )
  expect((await to.get("/")).text).toBe(dogs["index.html"])
})

test("a release that was given up where it ran is refused, with the way to have it again", async () => {
  const { from, open } = await promoted({ keepReleases: 1 })
  await from.deploy(dogs)
  await expect(open()).rejects.toThrow(
    /^refused: the site's release [0-9a-f]{12} is not kept any more in staging\.\n.*Deploy/,
  )
})
