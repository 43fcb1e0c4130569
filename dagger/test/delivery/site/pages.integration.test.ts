import { expect, test } from "vitest"
import { deploySiteAlone } from "../../../delivery/deploy-site.ts"
import { openFolder } from "../../../delivery/site/folder.ts"
import { refuseUnreachable } from "../../../delivery/site/function.ts"
import { seen } from "../../docs/failure-table.ts"
import { version } from "../stage.ts"
import { folderOf, siteStage, type Files } from "./site-stage.ts"

const site: Files = {
  "index.html": "cats",
  "404.html": "no such page",
  "about.html": "about",
  "docs/index.html": "the docs",
  "entries/[slug].html": "an entry",
  ".well-known/apple-app-site-association": "{}",
  "images/a b+c.svg": "<svg/>",
}

test("each page is served at its path, and what is none gets the site's own page with 404", async () => {
  const { deploy, get } = await siteStage()
  await deploy(site)
  for (const [path, status, text] of [
    ["/", 200, "cats"],
    ["/about/", 200, "about"],
    ["/docs", 200, "the docs"],
    ["/docs/", 200, "the docs"],
    ["/entries/tom", 200, "an entry"],
    ["/entries/tom/more", 404, "no such page"],
    ["/no-such-page", 404, "no such page"],
    ["/images/a%20b%2Bc.svg", 200, "<svg/>"],
  ] as const) {
    const answer = await get(path)
    expect([path, answer.status, answer.text]).toEqual([path, status, text])
  }
  const association = await get("/.well-known/apple-app-site-association")
  expect(association.headers.get("content-type")).toBe("application/json; charset=utf-8")
})

test("a release brings its pages along, and the release before its own when it is put back", async () => {
  const { deploy, get, gate } = await siteStage()
  await deploy(site)
  gate.denies = ({ path }) => path.endsWith("/invalidation")
  const next = { ...site, "index.html": "more cats", "cats/[...path].html": "a cat", "new.html": "new" }
  await expect(deploy(next)).rejects.toThrow(/^rolled-back/)
  expect([(await get("/new")).status, (await get("/cats/a/b")).status]).toEqual([404, 404])
  gate.denies = () => false
  await deploy(next)
  expect([(await get("/new")).text, (await get("/cats/a/b")).text]).toEqual(["new", "a cat"])
})

test("a function that was replaced meanwhile is told the pages of a site that has not changed", async () => {
  const { deploy, target, unhindered } = await siteStage()
  await deploy(site)
  const cloudfront = await unhindered.aws.cloudfront()
  const Name = `${target.infrastructure.site!.bucket}-spa`
  const { ETag, FunctionSummary } = await cloudfront.describeFunction({ Name, Stage: "DEVELOPMENT" })
  const { FunctionCode } = await cloudfront.getFunction({ Name, Stage: "LIVE" })
  const code = Buffer.from(FunctionCode!)
    .toString()
    .replace(/^var site = .*$/m, "var site = null")
  const FunctionConfig = FunctionSummary!.FunctionConfig
  await cloudfront.updateFunction({ Name, IfMatch: ETag, FunctionConfig, FunctionCode: Buffer.from(code) })
  const draft = await cloudfront.describeFunction({ Name, Stage: "DEVELOPMENT" })
  await cloudfront.publishFunction({ Name, IfMatch: draft.ETag })
  expect((await deploy(site)).changed).toBe(true)
  expect(Buffer.from((await cloudfront.getFunction({ Name, Stage: "LIVE" })).FunctionCode!).toString()).toContain(
    "docs",
  )
})

test("a site with a file that nobody could reach is refused, and nothing is sent", async () => {
  const { target, progress, puts } = await siteStage()
  const release = await openFolder(await folderOf({ ...site, CNAME: "cats.example" }))
  await expect(refuseUnreachable(target, release.manifest)).rejects.toThrow(seen("site-unreachable"))
  const artifacts = { ...version("aaa"), site: async () => release }
  await expect(deploySiteAlone(target, artifacts, progress)).rejects.toThrow(seen("site-unreachable"))
  expect(puts()).toEqual([])
})
