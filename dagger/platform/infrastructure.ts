import { z } from "zod"
import { secretNames, type EnvironmentName, type Platform } from "./manifest.ts"

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

export const infrastructureSchema = z.object({
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
