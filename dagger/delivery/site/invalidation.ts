import { createHash } from "node:crypto"
import { until } from "../poll.ts"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"

/** CloudFront charges by the path, and `/*` is one: beyond so many, everything is taken out of the caches, assets too. */
const mostPaths = 30

/** How many wildcards CloudFront takes at a time (docs: "Quotas on invalidations") */
const mostWildcards = 15

/** How long an invalidation may take; a minute is usual. */
const timeoutSeconds = 15 * 60

export const everything = ["/*"]

/**
 * The paths to invalidate for files. CloudFront caches under the URI that its viewer-request function returns, the file's;
 * AWS recommends to invalidate the URI that people ask for, too, as a function may not be there or may come to rewrite
 * otherwise: a page's route, with and without a slash at the end where it is a folder's index.
 */
export function invalidationPaths(files: string[]): string[] {
  const paths = files.flatMap((file) => [file, ...routesOf(file)].map((path) => sendable(`/${path}`)))
  const distinct = [...new Set(paths)].sort()
  const wildcards = distinct.filter((path) => path.endsWith("*"))
  return paths.length > mostPaths || wildcards.length > mostWildcards ? everything : distinct
}

/** CloudFront refuses some characters in a path, and takes * for a wildcard: from the first odd one on, a wildcard stands for it. */
const sendable = (path: string): string => path.replace(/[^\w./-].*$/s, "*")

function routesOf(file: string): string[] {
  if (file === "index.html") return [""]
  if (file.endsWith("/index.html")) return [file.slice(0, -"index.html".length), file.slice(0, -"/index.html".length)]
  return file.endsWith(".html") ? [file.slice(0, -".html".length)] : []
}

/**
 * Takes paths out of CloudFront's caches, and waits for it. Asking again under the same reference gets the same invalidation,
 * even a completed one: the activation's number is part of it, so that returning to a release invalidates anew.
 */
export async function invalidate(
  target: Target,
  { release, activation }: { release: string; activation: number },
  paths: string[],
): Promise<void> {
  if (paths.length === 0) return
  const { distribution: DistributionId } = requireSite(target)
  const cloudfront = await target.aws.cloudfront()
  const hash = createHash("sha256").update(paths.join("\n")).digest("hex")
  const created = await cloudfront.createInvalidation({
    DistributionId,
    InvalidationBatch: {
      CallerReference: `${release.slice(0, 16)}-${activation}-${hash.slice(0, 16)}`,
      Paths: { Quantity: paths.length, Items: paths },
    },
  })
  const { Id } = created.Invalidation!
  // The SDK's own waiter asks on for as long whatever the error, even where it is not allowed to ask.
  const status = await until(
    target.clock,
    { everySeconds: target.pollSeconds, forSeconds: timeoutSeconds },
    async () => (await cloudfront.getInvalidation({ DistributionId, Id })).Invalidation!.Status,
    (status) => status === "Completed",
  )
  if (status !== "Completed") {
    throw new Error(`invalidation ${Id} is ${status} after ${timeoutSeconds / 60} minutes`)
  }
}
