import type { EnvironmentName, Platform } from "../platform/manifest.ts"
import { connect, type AwsConfig } from "../aws/clients.ts"
import { identify } from "../aws/caller.ts"
import { systemClock } from "../platform/clock.ts"
import { refused } from "../platform/failure.ts"
import { readInfrastructure } from "../aws/infrastructure.ts"
import type { Target } from "./target.ts"

/** How AWS is reached, besides the region, which is the platform's. */
export type Access = Omit<AwsConfig, "region">

/** Refuses an endpoint that AWS's clients could not call. */
export function requireHttpUrl(endpoint: string): void {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return
  throw refused(`"${endpoint}" is not an endpoint of AWS.`, "Expected a URL such as http://127.0.0.1:4566.")
}

/** AWS's limits allow a look every few seconds; an emulator has none. */
const pollSeconds = { aws: 5, emulator: 0.5 }

/** Finds an environment in AWS. Refuses where AWS does not answer, does not know the caller, or has no such environment. */
export async function openRemote(platform: Platform, environment: EnvironmentName, access: Access): Promise<Target> {
  const aws = connect({ region: platform.region, ...access })
  const caller = await identify(aws, access.endpoint)
  const infrastructure = await readInfrastructure(aws, platform, environment)
  return {
    environment,
    platform,
    infrastructure,
    aws,
    caller,
    clock: systemClock,
    pollSeconds: access.endpoint ? pollSeconds.emulator : pollSeconds.aws,
  }
}
