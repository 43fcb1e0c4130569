import { z } from "zod"
import { refused, type Failure } from "./failure.ts"

export const environments = ["local", "staging", "production"] as const
export type EnvironmentName = (typeof environments)[number]

/** The secrets that a service can ask for; their values live in Secrets Manager, never in the manifest. */
export const secretNames = ["DATABASE_URL", "JWT_SECRET", "ENCRYPTION_KEY"] as const
export type SecretName = (typeof secretNames)[number]

const count = z.int().min(1).max(64)

const serviceSchema = z.strictObject({
  port: z.int().min(1024).max(65535),
  path: z.string().regex(/^\/api\/v1\/[a-z-]+$/, "expected /api/v1/ and a name"),
  deployed: z.boolean().default(true),
  cpu: z.literal([256, 512, 1024, 2048, 4096]),
  memory: z.int().min(512).max(30720),
  desiredCount: z.strictObject({ local: count, staging: count, production: count }),
  secrets: z.array(z.enum(secretNames)).default([]),
})

const platformSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z-]+$/),
  region: z.string().regex(/^[a-z]{2}-[a-z]+-\d$/),
  services: z.record(z.string().regex(/^[a-z][a-z-]*$/), serviceSchema),
  migration: z.strictObject({
    service: z.string(),
    command: z.array(z.string()).min(1),
    timeoutSeconds: z.int().min(1),
  }),
  /** What all tasks together may hold open: at rest, and while a rollout runs old and new ones side by side */
  database: z.strictObject({ steadyConnections: z.int().min(1), peakConnections: z.int().min(1) }),
  /** How many deployments can be returned to: their secrets' versions are kept */
  history: z.strictObject({ deployments: z.int().min(1).max(100) }),
  /** How many releases of the site keep their assets, the served one among them, for pages that are still open */
  site: z.strictObject({ keepReleases: z.int().min(2).max(50) }).default({ keepReleases: 5 }),
  /** For how long a command that died keeps others from an environment; one at work renews its lock each third of it */
  lock: z.strictObject({ seconds: z.int().min(1).max(3600) }).default({ seconds: 120 }),
  rollout: z.strictObject({ timeoutSeconds: z.int().min(60) }),
  verification: z.strictObject({ attempts: z.int().min(1), intervalSeconds: z.number().min(0) }),
  rollbackVerification: z.strictObject({ failedShare: z.number().min(0).max(1) }),
})

type Manifest = z.infer<typeof platformSchema>

/** One service of the platform; sizes in ECS's units (CPU units of 1/1024 vCPU, MiB). */
export interface Service extends z.infer<typeof serviceSchema> {
  name: string
}

/** The platform as `platform.json` describes it; `services` holds those that are deployed, in the manifest's order. */
export interface Platform extends Omit<Manifest, "services"> {
  services: Service[]
}

/** Name of a service's image repository, without its registry: `cat-house/auth`. */
export const repositoryOf = (platform: Platform, service: string): string => `${platform.name}/${service}`

/** Reads the manifest's text. Refuses one that is not valid, with every problem found. */
export function parsePlatform(text: string): Platform {
  const parsed = platformSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    throw notValid(parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`))
  }
  const services = Object.entries(parsed.data.services).map(([name, service]) => ({ name, ...service }))
  const problems = [...duplicates(services, "port"), ...duplicates(services, "path"), ...missingMigration(parsed.data)]
  if (problems.length > 0) throw notValid(problems)
  return { ...parsed.data, services: services.filter((service) => service.deployed) }
}

const notValid = (problems: string[]): Failure =>
  refused("platform.json is not valid.", ...problems, "Correct platform.json and run the command again.")

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notValid([`the file: not JSON, ${(error as Error).message}`])
  }
}

function duplicates(services: Service[], key: "port" | "path"): string[] {
  return services.flatMap((service, index) => {
    const first = services.slice(0, index).find((other) => other[key] === service[key])
    return first ? [`services.${service.name}.${key}: ${service[key]} is taken by ${first.name}`] : []
  })
}

function missingMigration({ services, migration }: Manifest): string[] {
  return services[migration.service]?.deployed
    ? []
    : [`migration.service: ${migration.service} is not a deployed service`]
}
