import { createHash } from "node:crypto"
import pMap from "p-map"
import { messageOf } from "../../platform/failure.ts"
import { fetchWhole } from "../../platform/fetch-whole.ts"
import { until } from "../poll.ts"
import type { Target } from "../target.ts"
import { isNamedByContent } from "./classification.ts"
import { requireSite } from "./location.ts"
import { indexPage, type Manifest } from "./manifest.ts"
import { readManifest } from "./releases.ts"
import { pathTo, routesOf } from "./routes.ts"

/** Bounds one request, in milliseconds. */
const requestTimeout = 10_000

/** How many files are asked for at a time */
const pagesAtATime = 8

/** What is wrong with a site that should serve a release; nothing when all is well. Changes nothing. */
export async function verifySite(target: Target, release: string): Promise<string | undefined> {
  const manifest = await readManifest(target, release)
  if (!manifest) return `the manifest of release ${release} is missing in ${target.infrastructure.deploymentsBucket}`
  return verifyManifest(target, manifest)
}

/** What is asked for, and the file that is to answer. */
interface Question {
  path: string
  file: string
  status: number
}

/**
 * Asks for the configuration, one file of each kind, each page by its route, and a page that there is none of, as often as the
 * manifest says until all are as they should be.
 */
export async function verifyManifest(target: Target, manifest: Manifest): Promise<string | undefined> {
  const { pages, dynamic, notFound } = routesOf(manifest)
  const questions = [...sample(manifest), ...pages, ...dynamic].map((file): Question => ({
    path: pathTo(file),
    file,
    status: file === notFound ? 404 : 200,
  }))
  if (notFound) questions.push({ path: "/no-such-page-of-cat-house", file: notFound, status: 404 })
  const asked = [...new Map(questions.map((question) => [question.path, question])).values()]
  return untilFine(target, async () => {
    const problems = await pMap(asked, (question) => problemWith(target, manifest, question), {
      concurrency: pagesAtATime,
    })
    return problems.find((problem) => problem !== undefined)
  })
}

/** What is wrong with a site that should serve nothing. */
export async function verifyNothingServed(target: Target): Promise<string | undefined> {
  const url = urlOf(target, "/")
  return untilFine(target, async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeout) })
    await response.body?.cancel()
    return response.ok ? `${url} still answers ${response.status}` : undefined
  })
}

async function untilFine(target: Target, look: () => Promise<string | undefined>): Promise<string | undefined> {
  const { attempts, intervalSeconds } = target.platform.verification
  const problem = await until(
    target.clock,
    { everySeconds: intervalSeconds, attempts },
    () => look().catch(messageOf),
    (problem) => problem === undefined,
  )
  return problem && `${problem} (${attempts} attempts, ${intervalSeconds} s apart)`
}

/** The index page, all configuration, and the first file of each other content type and cache policy. */
export function sample(manifest: Manifest): string[] {
  const kinds = new Map<string, string>()
  for (const path of [indexPage, ...Object.keys(manifest)]) {
    const { contentType, cacheControl } = manifest[path]!
    const isConfiguration = path.endsWith(".json") && !isNamedByContent(path)
    const kind = isConfiguration ? path : `${contentType} ${cacheControl}`
    if (!kinds.has(kind)) kinds.set(kind, path)
  }
  return [...kinds.values()]
}

async function problemWith(
  target: Target,
  manifest: Manifest,
  { path, file, status }: Question,
): Promise<string | undefined> {
  const url = urlOf(target, path)
  const { sha256, contentType, cacheControl } = manifest[file]!
  const answer = await fetchWhole(url, requestTimeout).catch((error) => {
    throw new Error(`${url} does not answer: ${messageOf(error)}`)
  })
  if (answer.status !== status) return `${url} answers ${answer.status}, expected ${status}`
  for (const [name, expected] of [
    ["content-type", contentType],
    ["cache-control", cacheControl],
  ] as const) {
    const found = answer.headers.get(name)
    if (found !== expected) return `${url} has ${name} ${found ?? "none"}, expected ${expected}`
  }
  const found = createHash("sha256").update(answer.content).digest("hex")
  return found === sha256 ? undefined : `${url} has other content than the release (${answer.content.length} bytes)`
}

const urlOf = (target: Target, path: string): string => `${requireSite(target).url.replace(/\/$/, "")}${path}`
