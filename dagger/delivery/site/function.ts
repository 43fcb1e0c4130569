import type { CloudFront } from "#aws/cloudfront"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"
import type { Manifest } from "./manifest.ts"
import { refuseUnreachableBy, routesOf, withRoutes } from "./routes.ts"

/** The name of the function that a distribution asks for a path's file; undefined where it has none. */
export async function functionOf(cloudfront: CloudFront, distribution: string): Promise<string | undefined> {
  const { Distribution } = await cloudfront.getDistribution({ Id: distribution })
  const { Items = [] } = Distribution?.DistributionConfig?.DefaultCacheBehavior?.FunctionAssociations ?? {}
  return Items.find(({ EventType }) => EventType === "viewer-request")
    ?.FunctionARN?.split("/")
    .at(-1)
}

interface Live {
  name: string
  code: string
}

async function readLive(cloudfront: CloudFront, distribution: string): Promise<Live | undefined> {
  const name = await functionOf(cloudfront, distribution)
  if (!name) return undefined
  const { FunctionCode } = await cloudfront.getFunction({ Name: name, Stage: "LIVE" })
  return { name, code: Buffer.from(FunctionCode!).toString() }
}

/** Refuses a site with files that nobody could reach, by the distribution's own function. Nothing is changed. */
export async function refuseUnreachable(target: Target, manifest: Manifest): Promise<void> {
  const live = await readLive(await target.aws.cloudfront(), requireSite(target).distribution)
  if (live) refuseUnreachableBy(withRoutes(live.code, routesOf(manifest)), manifest)
}

/** Tells the distribution's function the pages of a release, where it does not know them; `undefined` is no release. */
export async function writeRoutes(target: Target, manifest: Manifest | undefined): Promise<void> {
  const cloudfront = await target.aws.cloudfront()
  const live = await readLive(cloudfront, requireSite(target).distribution)
  if (!live) return
  const code = withRoutes(live.code, manifest ? routesOf(manifest) : null)
  if (code === live.code) return
  const { name: Name } = live
  const draft = () => cloudfront.describeFunction({ Name, Stage: "DEVELOPMENT" })
  const { ETag: IfMatch, FunctionSummary } = await draft()
  const { FunctionConfig } = FunctionSummary!
  await cloudfront.updateFunction({ Name, IfMatch, FunctionConfig, FunctionCode: Buffer.from(code) })
  // AWS's model misspells the header that the update answers with: asked for again, it is the same everywhere.
  await cloudfront.publishFunction({ Name, IfMatch: (await draft()).ETag })
}
