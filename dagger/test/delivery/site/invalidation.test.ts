import { expect, test } from "vitest"
import { invalidationPaths } from "../../../delivery/site/invalidation.ts"

test.each([
  ["the index is asked for as /", ["index.html"], ["/", "/index.html"]],
  ["a page is asked for by its route", ["about.html"], ["/about", "/about.html"]],
  [
    "a folder's index is asked for with and without a slash",
    ["cats/index.html"],
    ["/cats", "/cats/", "/cats/index.html"],
  ],
  ["a file that is no page has no route", ["config.json"], ["/config.json"]],
  ["a wildcard stands for what CloudFront refuses or misreads", ["cats/Mäuse fangen.json"], ["/cats/M*"]],
  ["a file for many paths is asked for by all of them", ["entries/[slug].html"], ["/entries/*"]],
  ["what did not change is not named", [], []],
])("%s", (_, files, paths) => expect(invalidationPaths(files)).toEqual(paths))

test("from 16 pages on everything is invalidated, which CloudFront charges as one path", () => {
  const pages = (count: number) => Array.from({ length: count }, (_, n) => `page-${n}.html`)
  expect(invalidationPaths(pages(15))).toHaveLength(30)
  expect(invalidationPaths(pages(16))).toEqual(["/*"])
})
