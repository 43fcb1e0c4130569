import { z } from "zod"
import { jobSchema } from "./schema/job.ts"
import { secretSchema, variableName } from "./schema/secret.ts"
import { relativePath, serviceSchema } from "./schema/service.ts"
import { siteSchema } from "./schema/site.ts"

const tasks = z.int().min(1).max(64)

/** What becomes a part of names in AWS. */
const lowerName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "expected small letters, digits, and single hyphens between them")

/**
 * Secrets Manager knows 20 labels on all versions of a secret. A deploy needs three beside those of the history: its own, while the
 * oldest has not been taken off yet, and AWS's AWSCURRENT and AWSPREVIOUS.
 */
export const mostDeployments = 20 - 3

const minutes = z.int().min(0).max(1440)

/** As ECS names and bounds them. */
const strategySchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("rolling") }),
    z.strictObject({
      type: z.literal("canary"),
      percent: z.number().min(0.1).max(99).default(10).describe("Share of the requests that the new tasks get first"),
      minutes: minutes.default(10).describe("For how long"),
    }),
    z.strictObject({
      type: z.literal("linear"),
      percent: z.number().min(3).max(99).default(10).describe("Share of the requests that each step adds"),
      minutes: minutes.default(6).describe("Between two steps"),
    }),
    z.strictObject({
      type: z.literal("blue-green"),
      minutes: minutes.default(5).describe("For how long the old tasks are kept after the change"),
    }),
  ])
  .prefault({ type: "rolling" })
  .describe("How new tasks take over from old ones: task by task, or by a share of the requests, beside all old ones")

const environmentSchema = z.strictObject({
  local: z.boolean().default(false).describe("Whether it is on this machine, and not in AWS. Exactly one is."),
  tasks: tasks.describe("How many tasks each service starts with. Afterwards whoever scales a service decides."),
  promotesFrom: z
    .string()
    .optional()
    .describe(
      "The environment whose deployments it is given, image for image. Without one it is given the working copy.",
    ),
  approval: z
    .boolean()
    .default(false)
    .describe("Whether a deploy needs the ID of a plan that somebody has approved. Nothing is broken here for a test."),
  strategy: strategySchema,
  bakeSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(0)
    .describe("For how long a deploy watches what it has rolled out before it calls it a success; 0: not at all"),
})

/** Names of environments become parts of names in AWS, where a load balancer's has 32 characters, and of variables. */
const environmentName = lowerName.max(20)

/** `platform.json` as it is written; `npm run schema` makes platform.schema.json of it, with the descriptions. */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional().describe("Where editors find what is allowed here: ./platform.schema.json"),
  name: lowerName.max(20).describe("What names in AWS begin with: two platforms in one account have two names"),
  region: z
    .string()
    .regex(/^[a-z]{2}-[a-z]+-\d$/)
    .describe("AWS's region of all environments"),
  environments: z
    .record(environmentName, environmentSchema)
    .describe(
      "Where the platform is deployed to. Each that is not local has a .tfvars file in infra/environment, too.",
    ),
  services: z
    .record(lowerName, serviceSchema)
    .describe("By name, which is that of its folder in services/ unless it says another"),
  build: z
    .strictObject({
      context: relativePath.describe("The folder that Docker is given for each image"),
      inputs: z
        .array(relativePath)
        .default([])
        .describe("What of it all images are built from, beside their own folders"),
    })
    .optional()
    .describe("How images are built that share something. Absent: each from its own folder alone"),
  secrets: z
    .record(variableName, secretSchema)
    .default({})
    .describe("By the variable that tasks have it as: what services can be given. No value is ever written here."),
  jobs: z
    .record(lowerName, jobSchema)
    .default({})
    .describe("Tasks that run to their end, by name: once before a roll-out, by a schedule, or when somebody runs one"),
  database: z
    .strictObject({ steadyConnections: z.int().min(1), peakConnections: z.int().min(1) })
    .optional()
    .describe(
      "What all tasks together may hold open of the database: at rest, and while a rollout runs old and new tasks side by side. Absent: nobody counts",
    ),
  history: z
    .strictObject({ deployments: z.int().min(1).max(mostDeployments) })
    .default({ deployments: mostDeployments })
    .describe("How many deployments can be returned to: the versions of their secrets are kept"),
  site: siteSchema
    .optional()
    .describe("The website. Absent: there is none, and no CloudFront before the load balancer"),
  lock: z
    .strictObject({ seconds: z.int().min(1).max(3600) })
    .default({ seconds: 120 })
    .describe(
      "How long a command that died keeps others from an environment. One at work renews its lock each third of it.",
    ),
  rollout: z.strictObject({ timeoutSeconds: z.int().min(60) }).default({ timeoutSeconds: 900 }),
  verification: z
    .strictObject({ attempts: z.int().min(1), intervalSeconds: z.number().min(0) })
    .default({ attempts: 5, intervalSeconds: 10 }),
  limits: z
    .strictObject({
      failedShare: z
        .number()
        .gt(0)
        .max(1)
        .default(0.05)
        .describe("Share of a service's requests that it may answer with 5xx"),
      p95Seconds: z.number().gt(0).default(2).describe("What 95 of 100 requests to a service may take at most"),
      slowdown: z
        .number()
        .gt(1)
        .default(3)
        .describe("How many times as long as before a deploy 95 of 100 requests may take after it"),
      memoryShare: z.number().gt(0).max(1).default(0.9).describe("Share of its memory that a task may use"),
    })
    .prefault({})
    .describe("Beyond these, a service's alarms go off, and a deploy that is watched (bakeSeconds) is put back"),
  rollbackVerification: z
    .strictObject({
      failedShare: z.number().min(0).max(1).describe("Share of the requests to a broken service that may fail"),
    })
    .default({ failedShare: 0.01 }),
})

export type Manifest = z.infer<typeof manifestSchema>
