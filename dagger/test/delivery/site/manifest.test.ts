import { describe, expect, test } from "vitest"
import { immutable, revalidated } from "../../../delivery/site/classification.ts"
import {
  conflictingAssets,
  missingAssets,
  planSwitch,
  releaseOf,
  unusedAssets,
  type Manifest,
} from "../../../delivery/site/manifest.ts"
import { sample } from "../../../delivery/site/verify-site.ts"

/** A manifest of files, by what stands for their content; those in assets/ are named after theirs. */
const of = (files: Record<string, string>): Manifest =>
  Object.fromEntries(
    Object.entries(files).map(([path, sha256]) => [
      path,
      {
        sha256,
        bytes: 1,
        cacheControl: path.startsWith("assets/") ? immutable : revalidated,
        contentType: path.endsWith(".html") ? "text/html" : "image/png",
      },
    ]),
  )

test("a release's ID changes with the content, and with how it is served", () => {
  const manifest = of({ "index.html": "1" })
  const id = releaseOf(manifest)
  expect(releaseOf(of({ "index.html": "1" }))).toBe(id)
  expect(releaseOf(of({ "index.html": "2" }))).not.toBe(id)
  expect(releaseOf({ "index.html": { ...manifest["index.html"]!, cacheControl: immutable } })).not.toBe(id)
})

describe("planSwitch", () => {
  const before = of({ "index.html": "1", "about.html": "1", "config.json": "1", "old.html": "1", "assets/a": "1" })

  test("copies what changed, pages last, the index the very last, and removes what vanished", () => {
    const after = of({ "about.html": "2", "config.json": "2", "index.html": "2", "new.html": "1", "assets/b": "1" })
    expect(planSwitch(after, [before], true)).toEqual({
      copy: [["config.json"], ["about.html", "new.html"], ["index.html"]],
      remove: ["old.html"],
      // new.html was not served, so that no cache has it
      stale: ["about.html", "config.json", "index.html", "old.html"],
    })
  })

  test("copies a file that is served otherwise, although its content is the same", () => {
    const after = structuredClone(before)
    after["about.html"]!.contentType = "text/plain"
    expect(planSwitch(after, [before], true).copy).toEqual([["about.html"]])
  })

  test("after a killed activation, leaves only what all releases concerned have alike", () => {
    const killed = of({ "index.html": "1", "about.html": "2", "config.json": "1", "killed.html": "1" })
    const plan = planSwitch(before, [before, killed], true)
    expect(plan.copy).toEqual([["about.html", "old.html"]])
    expect(plan.remove).toEqual(["killed.html"])
  })

  test("copies everything where the bucket's content is not known, and still removes what vanished", () => {
    const plan = planSwitch(of({ "index.html": "1" }), [before], false)
    expect(plan.copy).toEqual([["index.html"]])
    expect(plan.remove).toEqual(["about.html", "config.json", "old.html"])
  })

  test("never removes an asset, which pages that are open may still load", () => {
    expect(planSwitch({}, [before], true).remove).not.toContain("assets/a")
  })
})

test("only assets that no kept release has brought are missing", () => {
  const manifest = of({ "assets/a": "1", "assets/b": "1", "index.html": "1" })
  expect(missingAssets(manifest, [of({ "assets/a": "1" }), of({ "assets/c": "1" })])).toEqual(["assets/b"])
})

test("an asset with other content under the same name is a conflict, a page is not", () => {
  const kept = of({ "assets/a": "1", "index.html": "1" })
  expect(conflictingAssets(of({ "assets/a": "2", "index.html": "2" }), [kept])).toEqual(["assets/a"])
  expect(conflictingAssets(kept, [kept])).toEqual([])
})

test("an asset that any kept release uses is not given up", () => {
  const old = of({ "assets/a": "1", "assets/b": "1", "index.html": "1" })
  expect(unusedAssets([old], [of({ "assets/c": "1" }), of({ "assets/a": "1" })])).toEqual(["assets/b"])
})

test("the check asks for the runtime configuration, whatever else is of its kind", () => {
  const site = of({ "_expo/.routes.json": "1", "config.json": "1", "index.html": "1", "assets/x.json": "1" })
  expect(sample(site)).toEqual(expect.arrayContaining(["_expo/.routes.json", "config.json"]))
})

test("the check asks for the index page, and for one file of each kind", () => {
  expect(sample(of({ "404.html": "1", "a.png": "1", "assets/a": "1", "b.png": "1", "index.html": "1" }))).toEqual([
    "index.html",
    "a.png",
    "assets/a",
  ])
})
