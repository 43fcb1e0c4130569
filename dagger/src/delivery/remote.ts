import { readInfrastructure } from "./infrastructure.ts"
import type { EnvironmentName, Platform } from "../platform/manifest.ts"
import { connect, type AwsConfig } from "./aws.ts"
import { refused } from "../outcome.ts"

/** Finds an environment in AWS. Refuses one that is not set up, and, in this version, to deploy to the others. */
export async function openRemote(
  platform: Platform,
  environment: EnvironmentName,
  credentials?: AwsConfig["credentials"],
): Promise<never> {
  await readInfrastructure(connect({ region: platform.region, credentials }), platform, environment)
  throw refused(`this version delivers to local only; it cannot publish images for ${environment} yet.`)
}
