import { z } from "zod"
import type { EnvironmentName, Platform } from "./manifest.ts"

/** A text that has to be JSON. */
export const json = z.string().transform((text, context) => {
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

const servicePrefix = "services/"

const serviceSchema = z.object({
  /** Absent for a worker */
  targetGroup: z.string().min(1).optional(),
  logGroup: z.string().min(1),
  /** Environment variables that this environment gives to the service's tasks, beside those that all environments have */
  variables: z.record(z.string(), z.string()).optional(),
  /** What a strategy that shifts traffic needs: the other target group, and the listener's rule */
  alternateTargetGroup: z.string().optional(),
  listenerRule: z.string().optional(),
  /** Names of the CloudWatch alarms that watch it */
  alarms: z.array(z.string()).optional(),
})

const parametersSchema = z.object({
  cluster: z.string().min(1),
  /** Where the API is called from outside: CloudFront's address, or the load balancer's where it admits everybody */
  publicUrl: z.url(),
  /** By which CloudWatch knows the load balancer: `app/NAME/ID`. Absent where the infrastructure is older than it */
  loadBalancer: z.string().optional(),
  /** Host of the image registry */
  registry: z.string().min(1),
  /** A parameter each, `services/auth`: one for all of them would outgrow SSM's 4,096 characters at 33 services */
  services: z.record(z.string(), json.pipe(serviceSchema)),
  secrets: json.pipe(z.record(z.string(), z.string())),
  network: json.pipe(networkSchema),
  /** Those of tasks, and the one that a deploy assumes; the local cloud has none of that */
  roles: json.pipe(
    z.object({
      execution: z.string(),
      task: z.string(),
      deployer: z.string().optional(),
      loadBalancing: z.string().optional(),
    }),
  ),
  /** Bucket of the records of deployments and of the site's releases; nobody but the deployer reads it */
  deploymentsBucket: z.string().min(1),
  /** The website's bucket and distribution; an environment may have no site */
  site: json.pipe(siteSchema).optional(),
})

/** Reads an environment's parameters, by name, as they are in SSM. */
export const infrastructureSchema = z
  .record(z.string(), z.string())
  .transform(grouped)
  .pipe(parametersSchema)
  .transform(({ services, ...others }): Infrastructure => {
    const byService = <T>(of: (service: z.infer<typeof serviceSchema>) => T): Record<string, T> =>
      Object.fromEntries(Object.entries(services).map(([name, service]) => [name, of(service)]))
    const withTargets = Object.entries(services).flatMap(([name, { targetGroup }]) =>
      targetGroup === undefined ? [] : [[name, targetGroup] as const],
    )
    return {
      ...others,
      targetGroups: Object.fromEntries(withTargets),
      logGroups: byService(({ logGroup }) => logGroup),
      variables: byService(({ variables }) => variables ?? {}),
      alarms: byService(({ alarms }) => alarms ?? []),
      shifts: Object.fromEntries(
        Object.entries(services).flatMap(([name, { alternateTargetGroup, listenerRule }]) =>
          alternateTargetGroup && listenerRule ? [[name, { alternateTargetGroup, listenerRule }]] : [],
        ),
      ),
    }
  })

/** What an environment consists of in AWS, as whoever made it wrote down in SSM. */
export interface Infrastructure extends Omit<z.infer<typeof parametersSchema>, "services"> {
  /** ARNs by service; workers have none */
  targetGroups: Record<string, string>
  /** Names by service */
  logGroups: Record<string, string>
  /** Of a service's tasks, by service */
  variables?: Record<string, Record<string, string>> | undefined
  /** Names by service; the local cloud has none */
  alarms?: Record<string, string[]> | undefined
  /** By service, where traffic can be shifted: ARNs of the other target group and of the listener's rule */
  shifts?: Record<string, { alternateTargetGroup: string; listenerRule: string }> | undefined
}

/** The prefix of an environment's parameters: `/cat-house/staging/`. */
export const parameterPrefix = (platform: Platform, environment: EnvironmentName): string =>
  `/${platform.name}/${environment}/`

/** An environment's parameters as they are put into SSM: JSON where a value is not a text. */
export function parametersOf({
  targetGroups,
  logGroups,
  variables,
  alarms,
  shifts,
  ...others
}: Infrastructure): Record<string, string> {
  const services = Object.keys(logGroups).map((name): [string, unknown] => [
    `${servicePrefix}${name}`,
    {
      targetGroup: targetGroups[name],
      logGroup: logGroups[name],
      variables: variables?.[name],
      alarms: alarms?.[name],
      ...shifts?.[name],
    },
  ])
  return Object.fromEntries(
    [...Object.entries<unknown>(others), ...services].map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  )
}

/** With the services' parameters below one key. */
function grouped(parameters: Record<string, string>): Record<string, unknown> {
  const isService = ([name]: [string, string]) => name.startsWith(servicePrefix)
  const all = Object.entries(parameters)
  const services = all.filter(isService).map(([name, value]) => [name.slice(servicePrefix.length), value])
  return { ...Object.fromEntries(all.filter((entry) => !isService(entry))), services: Object.fromEntries(services) }
}
