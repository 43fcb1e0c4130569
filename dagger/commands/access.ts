import type { AwsConfig } from "../aws/clients.ts"
import { chooseCredentials, credentialVariables, missing } from "../aws/credentials.ts"
import { chooseSigning, signingVariables } from "../delivery/provenance/signing.ts"
import type { PublishOptions } from "../delivery/registry/publish.ts"
import { requireHttpUrl } from "../delivery/remote.ts"
import { requireService } from "../platform/repository.ts"
import { versionOf } from "../platform/version.ts"
import type { Runner } from "./runner.ts"

/** How AWS is reached, besides the region, which is the platform's. */
type Access = Omit<AwsConfig, "region">

/** The caller's way to AWS, or to an emulator at an endpoint. Refuses an endpoint that is not a URL, and missing credentials. */
export async function accessTo(runner: Runner, awsEndpoint: string | undefined): Promise<Access> {
  const endpoint = await endpointOf(runner, awsEndpoint)
  const { platform } = await runner.repository()
  const values = await runner.variables(credentialVariables)
  const credentials = await chooseCredentials(values, { region: platform.region, endpoint })
  if (credentials || runner.ambientCredentials) return { endpoint, credentials }
  throw missing(
    "AWS_ACCESS_KEY_ID",
    "An environment in AWS needs credentials: an access key, or in a GitHub workflow the permission id-token: write.",
  )
}

/** How the working copy's images are published. */
export async function publishOptions(runner: Runner, awsEndpoint: string | undefined): Promise<PublishOptions> {
  const { root, platform } = await runner.repository()
  const endpoint = await endpointOf(runner, awsEndpoint)
  return {
    versionOf: (service) => versionOf(root, requireService(platform, service)),
    push: runner.pushImage,
    commit: await runner.commit(),
    provenance: { run: runner.tool, signing: chooseSigning(await runner.variables(signingVariables)) },
    registryAddress: endpoint && new URL(endpoint).host,
  }
}

/** An emulator's address. Refuses what is none. */
async function endpointOf(runner: Runner, given: string | undefined): Promise<string | undefined> {
  const endpoint = (given ?? (await runner.variables(["AWS_ENDPOINT_URL"])).AWS_ENDPOINT_URL)?.trim()
  if (endpoint !== undefined) requireHttpUrl(endpoint)
  return endpoint
}
