import { createContext, runInContext } from "node:vm"
import { refused } from "../../platform/failure.ts"
import { indexPage, type Manifest } from "./manifest.ts"

/** The pages of a release, as the distribution's function is told of them. */
export interface Routes {
  /** Each at its own path: `about.html`, `docs/index.html` */
  pages: string[]
  /** One for many paths: `entries/[slug].html`, the most particular first */
  dynamic: string[]
  /** What a path that is none gets, with 404 */
  notFound?: string | undefined
}

/** What Expo writes for a path that is no page; a name that is the same in an address, as S3 takes + for a blank. */
const notFoundPage = "404.html"

/** One segment, and `...` all that is left */
const parameter = /\[(?:\.\.\.)?[^\]/]+\]/

export function routesOf(manifest: Manifest): Routes {
  const pages = Object.keys(manifest).filter((path) => path.endsWith(".html") && path !== notFoundPage)
  const dynamic = pages.filter((page) => parameter.test(page))
  return {
    pages: pages.filter((page) => !parameter.test(page)),
    dynamic: dynamic.toSorted((one, other) => weight(one) - weight(other) || (one < other ? -1 : 1)),
    notFound: notFoundPage in manifest ? notFoundPage : undefined,
  }
}

/** Pages for all that is left come last, and of the others those with fewer parameters first. */
const weight = (page: string): number =>
  page.split("/").reduce((sum, part) => sum + (part.includes("[...") ? 100 : parameter.test(part) ? 1 : 0), 0)

/** CloudFront's limit of a function's size, in bytes (docs: "Quotas on CloudFront Functions") */
const functionBytes = 10_240

/** The line of `spa.js` that a deploy writes */
const line = /^var site = .*$/m

/** The distribution's function with the pages of a release. Refuses one that takes none, and more pages than it has room for. */
export function withRoutes(code: string, routes: Routes | null): string {
  if (!line.test(code))
    throw refused(
      "the distribution's function has no line that the site's pages could be written into.",
      "Apply the environment's infrastructure again, which brings infra/environment/spa.js.",
    )
  const written = code.replace(line, () => `var site = ${JSON.stringify(routes)}`)
  if (Buffer.byteLength(written) > functionBytes)
    throw refused(
      `the site has ${routes?.pages.length} pages, more than CloudFront's function has room for (${functionBytes} bytes with its code).`,
      "Give pages that differ by their data alone one file: entries/[slug].tsx.",
    )
  return written
}

type Handler = (event: object) => { uri?: string; statusCode?: number }

/** Runs a distribution's function as CloudFront does: which file it makes of a path. */
export function fileFinder(code: string): (path: string) => string {
  const context = createContext({ console })
  runInContext(code, context, { filename: "spa.js", timeout: 1000 })
  const handler = context.handler as Handler
  return (uri) => {
    const request = { method: "GET", uri, querystring: {}, headers: {}, cookies: {} }
    return handler({ version: "1.0", context: { eventType: "viewer-request" }, request }).uri!
  }
}

/** A path that leads to a file, as people or pages ask for it. */
export function pathTo(file: string): string {
  if (file === indexPage) return "/"
  const route = file.endsWith(".html") && file !== notFoundPage ? file.replace(/(\/index)?\.html$/, "") : file
  const example = route.split("/").map((part) => (parameter.test(part) ? "cat-house-check" : part))
  return `/${example.map(encodeURIComponent).join("/")}`
}

/** Refuses a site with files that nobody could reach, by the function that the distribution is to have. */
export function refuseUnreachableBy(code: string, manifest: Manifest): void {
  const fileOf = fileFinder(code)
  const lost = Object.keys(manifest).filter((file) => keyOf(fileOf(pathTo(file))) !== file)
  if (lost.length === 0) return
  throw refused(
    "the site has files that nobody could reach.",
    ...lost
      .slice(0, 5)
      .map((file) => `${file}: ${decodeURIComponent(pathTo(file))} leads to ${keyOf(fileOf(pathTo(file)))}.`),
    "Give a file an extension, or put it below .well-known/; give each page a path of its own.",
  )
}

const keyOf = (uri: string): string => decodeURIComponent(uri.slice(1))
