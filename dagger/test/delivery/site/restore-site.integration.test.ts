import { expect, test } from "vitest"
import { problemOfRestoring, restoreSite } from "../../../delivery/site/restore-site.ts"
import { seen } from "../../docs/failure-table.ts"
import { siteStage } from "./site-stage.ts"

const cats = { "index.html": "<h1>Cats</h1>" }
const dogs = { "index.html": "<h1>Dogs</h1>" }

test("[rollback-site-gone] a release that is not kept any more is named before anything is changed", async () => {
  const { deploy, target } = await siteStage({ keepReleases: 1 })
  const { release } = await deploy(cats)
  expect(await problemOfRestoring(target, release)).toBeUndefined()
  await deploy(dogs)
  expect(await problemOfRestoring(target, release)).toMatch(seen())
})

test("[rollback-site-fails] a former site that cannot be served leaves the one that was", async () => {
  const { deploy, target, progress, gate, get } = await siteStage()
  const { release } = await deploy(cats)
  await deploy(dogs)
  let attempts = 0
  // The SDK's own try included; after that the bucket takes it again.
  gate.denies = ({ method, path }) => method === "PUT" && path.endsWith("/index.html") && ++attempts <= 2
  await expect(restoreSite(target, release, progress)).rejects.toThrow(seen())
  expect((await get("/")).text).toBe("<h1>Dogs</h1>")
})
