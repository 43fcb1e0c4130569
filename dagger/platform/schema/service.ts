import { z } from "zod"

const tasks = z.int().min(1).max(64)

export const cpuSize = z.literal([256, 512, 1024, 2048, 4096, 8192, 16384])

export const memorySize = z.int().min(512)

/** A path of the working copy, below its root. */
export const relativePath = z
  .string()
  .regex(
    /^(?!\.?\/)(?!.*(^|\/)\.\.(\/|$))[^\0]*[^\0/]$/,
    "expected a path below the repository, without .. and without / at its ends",
  )

/** A path of a URL. */
export const urlPath = z
  .string()
  .regex(
    /^\/[\w.~%@:+-]*(\/[\w.~%@:+-]+)*$/,
    "expected a path such as /shop or /api/v1/shop, without * and without / at its end",
  )

const healthSchema = z.strictObject({
  path: urlPath.describe("Answers 200 where the service works, through the load balancer"),
  live: urlPath
    .optional()
    .describe("Answers 200 for as long as the process does: what the load balancer asks of each task. Default: path"),
  version: z
    .union([
      z.strictObject({ json: z.string().min(1).describe("The field of the answer, which is a JSON object") }),
      z.strictObject({ header: z.string().min(1).describe("The header of the answer") }),
    ])
    .optional()
    .describe("How the answer tells the version, which an image's build is given as VERSION. Absent: not at all"),
})

const healthCheckSchema = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .describe("Run in the container: 0 is healthy. A Dockerfile's HEALTHCHECK counts for nothing in ECS."),
  interval: z.int().min(5).max(300).default(10).describe("Seconds"),
  timeout: z.int().min(2).max(120).default(5).describe("Seconds"),
  retries: z.int().min(1).max(10).default(3),
  startPeriod: z.int().min(0).max(300).default(30).describe("Seconds in which a failure does not count"),
})

const scalingSchema = z.strictObject({
  min: tasks,
  max: tasks,
  cpu: z.number().min(10).max(90).default(60).describe("Percent of its CPU that a service is kept at"),
})

/** A value, or one by environment; where none is said, the variable is not set. */
const plainValue = z.union([z.string(), z.record(z.string(), z.string())])

/** What is run as a container: of services and jobs alike. */
const containerFields = {
  cpu: cpuSize.default(256).describe("CPU units of a task: 1024 are one vCPU"),
  memory: memorySize.default(512).describe("Memory of a task in MiB, as Fargate has it with its CPU"),
  secrets: z.array(z.string()).default([]).describe("The secrets that its tasks are given as variables"),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "expected the name of a variable"), plainValue)
    .default({})
    .describe(
      "Plain variables of its tasks: a value, or one by environment; {echo} is an endpoint on this machine that answers with what it is sent. No secrets.",
    ),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's command (CMD)"),
}

/** How an image is built, of what the platform does not say for all. */
const buildFields = {
  folder: relativePath.optional().describe("Where it is; default: services/NAME"),
  dockerfile: relativePath.optional().describe("Default: Dockerfile in its folder"),
  context: relativePath
    .optional()
    .describe("The folder that Docker is given; default: the platform's, or its own folder"),
  inputs: z
    .array(relativePath)
    .min(1)
    .optional()
    .describe(
      "Files and folders of the context that its image is built from, and its version is the hash of. Default: its folder, and what the platform says for all",
    ),
}

export const serviceSchema = z.strictObject({
  port: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe("Where the container listens. Absent: a worker, which nobody calls"),
  path: urlPath
    .optional()
    .describe("What the load balancer forwards to it, with everything below; the longest path that fits counts"),
  host: z
    .string()
    .regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/, "expected a host such as shop.example.com or *.example.com")
    .optional()
    .describe("Only requests to this host are forwarded to it; without a path, all of them"),
  health: healthSchema
    .optional()
    .describe("Default: PATH/health, whose JSON has a field version, and PATH/health/live"),
  sample: urlPath
    .optional()
    .describe(
      "A path that answers anybody's GET and logs its X-Trace-ID: verify looks for it in the log. Default: PATH/openapi.json without health, none with it",
    ),
  healthCheck: healthCheckSchema
    .optional()
    .describe("The container's own, by which a worker is judged; without one, by running"),
  deployed: z.boolean().default(true).describe("False for one that is built and tested, and deployed nowhere"),
  ...containerFields,
  tasks: z
    .record(z.string(), tasks)
    .default({})
    .describe("By environment: how many tasks this service starts with where that is not the environment's number"),
  scaling: z
    .record(z.string(), scalingSchema)
    .default({})
    .describe("By environment: between which numbers of tasks AWS scales it, and to what use of CPU"),
  readonlyRootFilesystem: z.boolean().default(true),
  stopTimeout: z
    .int()
    .min(2)
    .max(120)
    .default(30)
    .describe("Seconds between SIGTERM and SIGKILL; a service drains in a little less"),
  ...buildFields,
  prepare: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("What plain Node runs once in its folder, in the place of its image's build"),
  start: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "What starts it in plain Node, which runs no images: in its folder, listening on HOST and PORT. Python services of a uv workspace need none.",
    ),
})
