import { messageOf } from "../../platform/failure.ts"
import type { Target } from "../target.ts"
import { requireSite } from "./location.ts"

/** What keeps a site from being deployed, a line each: its bucket and its distribution have to be there. */
export async function checkSite(target: Target): Promise<string[]> {
  const problems = await Promise.all([checkBucket(target), checkDistribution(target)])
  return problems.flatMap((problem) => problem ?? [])
}

async function checkBucket(target: Target): Promise<string | undefined> {
  const { bucket } = requireSite(target)
  const s3 = await target.aws.s3()
  return s3.headBucket({ Bucket: bucket }).then(
    () => undefined,
    (error) => `bucket ${bucket} of the site ${reasonOf(error, ["NotFound", "NoSuchBucket"])}`,
  )
}

async function checkDistribution(target: Target): Promise<string | undefined> {
  const { distribution } = requireSite(target)
  const cloudfront = await target.aws.cloudfront()
  return cloudfront.getDistribution({ Id: distribution }).then(
    ({ Distribution }) =>
      Distribution?.DistributionConfig?.Enabled === false
        ? `distribution ${distribution} of the site is disabled. Enable it, or apply the infrastructure again.`
        : undefined,
    (error) => `distribution ${distribution} of the site ${reasonOf(error, ["NoSuchDistribution"])}`,
  )
}

function reasonOf(error: unknown, missing: string[]): string {
  return missing.includes((error as Error).name)
    ? "does not exist. Apply the environment's infrastructure again."
    : `could not be looked at: ${messageOf(error)}`
}
