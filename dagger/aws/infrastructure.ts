import { messageOf, refused } from "../platform/failure.ts"
import { infrastructureSchema, parameterPrefix, type Infrastructure } from "../platform/infrastructure.ts"
import type { EnvironmentName, Platform } from "../platform/manifest.ts"
import type { Aws } from "./clients.ts"

/** Reads where an environment's cluster, load balancer and secrets are. Refuses where AWS does not answer or it is not set up. */
export async function readInfrastructure(
  aws: Aws,
  platform: Platform,
  environment: EnvironmentName,
): Promise<Infrastructure> {
  const prefix = parameterPrefix(platform, environment)
  const parameters = await readParameters(aws, prefix, environment)
  if (Object.keys(parameters).length === 0) {
    throw refused(
      `${environment} is not set up: SSM has no parameters under ${prefix} in ${platform.region}.`,
      "Apply the environment's infrastructure first (infra/README.md), or correct the region in platform.json.",
    )
  }
  const parsed = infrastructureSchema.safeParse(parameters)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${prefix}${issue.path.join("/")}: ${issue.message}`)
    throw refused(`SSM's parameters for ${environment} are not valid.`, ...problems, "Apply the infrastructure again.")
  }
  return parsed.data
}

async function readParameters(aws: Aws, prefix: string, environment: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  try {
    const { paginateGetParametersByPath } = await import("#aws/ssm")
    const pages = paginateGetParametersByPath({ client: await aws.ssm() }, { Path: prefix, Recursive: true })
    for await (const { Parameters = [] } of pages)
      for (const { Name, Value } of Parameters) found[Name!.slice(prefix.length)] = Value!
  } catch (error) {
    throw refused(
      `SSM's parameters for ${environment} could not be read: ${messageOf(error)}`,
      "Check the network, AWS_ENDPOINT_URL where it is set, and the credentials (aws sts get-caller-identity).",
    )
  }
  return found
}
