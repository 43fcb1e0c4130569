import { z } from "zod"
import { scheduleExpression } from "./schedule.ts"
import { cpuSize, memorySize } from "./service.ts"

/** When it runs, or when by environment; where none is said, only when somebody runs it. */
const schedule = z.union([scheduleExpression, z.record(z.string(), scheduleExpression)])

/** A task that runs to its end: as its service does, with another command. */
export const jobSchema = z.strictObject({
  service: z
    .string("a job runs in the image of a service, expected the service's name")
    .describe("The service that it runs as: with its image, variables, secrets and network"),
  command: z.array(z.string()).min(1).describe("What it runs in the place of the image's command (CMD)"),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(24 * 60 * 60)
    .default(600)
    .describe("How long it may take where a deploy or run waits for it; one that takes longer is stopped"),
  cpu: cpuSize.optional().describe("CPU units of its task; default: its service's"),
  memory: memorySize.optional().describe("Memory of its task in MiB; default: its service's"),
  schedule: schedule
    .optional()
    .describe("When AWS starts it: rate(1 hour), or cron(0 3 * * ? *) with six fields; or that by environment"),
  timezone: z
    .string()
    .refine(isTimezone, "is no time zone, expected one such as UTC or America/Sao_Paulo")
    .default("UTC")
    .describe("Of the schedule"),
  before: z
    .literal("rollout")
    .optional()
    .describe("Whether each deploy that changes its service runs it before it rolls out: it migrates the database"),
  migrations: z
    .literal("alembic")
    .optional()
    .describe(
      "What it runs the migrations of, as a deploy reads them beforehand, and refuses what they lose. Absent: what it changes is not read",
    ),
})

/** Whether it is one of IANA's, as this runtime knows them. */
function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name })
    return true
  } catch {
    return false
  }
}
