import { expect, test } from "vitest"
import { verifySite } from "../../../delivery/site/verify-site.ts"
import { cutOff, serve } from "../../serve.ts"
import { asset, siteStage, type Files } from "./site-stage.ts"

const site: Files = { "index.html": "<h1>Cats</h1>", "config.json": "{}", [asset("tom")]: "a picture of Tom" }

const page = { ContentType: "text/html; charset=utf-8", CacheControl: "no-cache" }

test.each([
  ["other content", { ...page, Body: "<h1>Dogs</h1>" }, "has other content than the release"],
  ["another type", { ...page, Body: site["index.html"]!, ContentType: "text/html" }, "has content-type text/html,"],
  [
    "another cache policy",
    { ...page, Body: site["index.html"]!, CacheControl: "max-age=60" },
    "has cache-control max-age=60,",
  ],
])("an index page with %s is noticed", async (_, object, problem) => {
  const { deploy, unhindered } = await siteStage()
  const { release } = await deploy(site)
  const s3 = await unhindered.aws.s3()
  await s3.putObject({ Bucket: unhindered.infrastructure.site!.bucket, Key: "index.html", ...object })
  expect(await verifySite(unhindered, release)).toContain(problem)
})

test("an asset that is missing is noticed, after as many attempts as the manifest says, and nothing is changed", async () => {
  const { deploy, gate, target, unhindered } = await siteStage()
  const { release } = await deploy(site)
  const s3 = await unhindered.aws.s3()
  await s3.deleteObject({ Bucket: unhindered.infrastructure.site!.bucket, Key: asset("tom") })
  gate.passed.length = 0
  const sleeps: number[] = []
  target.clock = { ...target.clock, sleep: async (milliseconds) => void sleeps.push(milliseconds) }
  expect(await verifySite(target, release)).toMatch(/cat\..*png answers 404, expected 200 \(2 attempts, 0.01 s apart\)/)
  expect(sleeps).toEqual([10])
  expect(gate.passed.map(({ method }) => method)).toEqual(["GET"])
})

test("a site whose answers stop half-way is told by its address", async () => {
  const { deploy, unhindered } = await siteStage()
  const { release } = await deploy(site)
  const url = await serve(cutOff)
  unhindered.infrastructure.site!.url = url
  expect(await verifySite(unhindered, release)).toContain(`${url}/ does not answer: `)
})

test("a release whose manifest is not kept cannot be verified", async () => {
  const { target } = await siteStage()
  expect(await verifySite(target, "no-such-release")).toContain("the manifest of release no-such-release is missing")
})
