import { z } from "zod"
import type { Aws } from "./aws.ts"
import { messageOf, refused } from "../outcome.ts"
import { secretNames, type EnvironmentName, type Platform } from "../platform/manifest.ts"

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    context.addIssue({ code: "custom", message: "expected JSON" })
    return z.NEVER
  }
})

const networkSchema = z.object({
  subnets: z.array(z.string()).min(1),
  securityGroups: z.array(z.string()),
  assignPublicIp: z.enum(["ENABLED", "DISABLED"]),
})

const siteSchema = z.object({
  bucket: z.string().min(1),
  /** Id of the CloudFront distribution */
  distribution: z.string().min(1),
  url: z.url(),
})

const infrastructureSchema = z.object({
  cluster: z.string().min(1),
  /** Where the API is called from outside: CloudFront's address, or the load balancer's where it admits everybody */
  publicUrl: z.url(),
  /** Host of the image registry */
  registry: z.string().min(1),
  targetGroups: json.pipe(z.record(z.string(), z.string())),
  logGroups: json.pipe(z.record(z.string(), z.string())),
  secrets: json.pipe(z.record(z.enum(secretNames), z.string())),
  network: json.pipe(networkSchema),
  /** Those of tasks, and the one that a deploy assumes; the local cloud has none of that */
  roles: json.pipe(z.object({ execution: z.string(), task: z.string(), deployer: z.string().optional() })),
  /** Bucket of the records of deployments and of the site's releases; nobody but the deployer reads it */
  deploymentsBucket: z.string().min(1),
  /** The web frontend's bucket and distribution; an environment may have no site */
  site: json.pipe(siteSchema).optional(),
  /** Environment variables that an environment gives to a service's tasks, beside those that all environments have */
  variables: json.pipe(z.record(z.string(), z.record(z.string(), z.string()))).optional(),
})

/** What an environment consists of in AWS, as whoever made it wrote down in SSM: ARNs by service or by secret. */
export type Infrastructure = z.infer<typeof infrastructureSchema>

/** The prefix of an environment's parameters: `/cat-house/staging/`. */
export const parameterPrefix = (platform: Platform, environment: EnvironmentName): string =>
  `/${platform.name}/${environment}/`

/** An environment's parameters as they are put into SSM: JSON where a value is not a text. */
export function parametersOf(infrastructure: Infrastructure): Record<string, string> {
  return Object.fromEntries(
    Object.entries(infrastructure).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  )
}

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
    const problems = parsed.error.issues.map((issue) => `${prefix}${issue.path.join(".")}: ${issue.message}`)
    throw refused(`SSM's parameters for ${environment} are not valid.`, ...problems, "Apply the infrastructure again.")
  }
  return parsed.data
}

async function readParameters(aws: Aws, prefix: string, environment: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  try {
    const ssm = await aws.ssm()
    let nextToken: string | undefined
    do {
      const page = await ssm.getParametersByPath({ Path: prefix, Recursive: true, NextToken: nextToken })
      for (const { Name, Value } of page.Parameters ?? []) found[Name!.slice(prefix.length)] = Value!
      nextToken = page.NextToken
    } while (nextToken)
  } catch (error) {
    throw refused(
      `SSM's parameters for ${environment} could not be read: ${messageOf(error)}`,
      "Check the network, AWS_ENDPOINT_URL where it is set, and the credentials (aws sts get-caller-identity).",
    )
  }
  return found
}
