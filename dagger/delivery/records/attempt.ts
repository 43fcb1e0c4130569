import { z } from "zod"
import { commitSchema } from "../../platform/commit.ts"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { readObject, refuseUnreadable, writeObject, type Format } from "../store.ts"
import type { Target } from "../target.ts"
import { listNames, stepTime } from "./record.ts"

/** What ECS said of a service's tasks at one moment, in seconds from the start. */
const look = z.object({
  at: z.number(),
  desired: z.int(),
  pending: z.int(),
  running: z.int(),
  /** As the circuit breaker counts them */
  failed: z.int(),
})

/** Something that was told, in seconds from the start. */
const event = z.object({ at: z.number(), subject: z.string(), text: z.string(), failed: z.boolean() })

/** What is deployed, by version; `from` is absent where nothing ran. */
const change = z.object({ name: z.string(), from: z.string().optional(), to: z.string() })

const attempt = z.object({
  /** Such as "deploy of commit 4f1c09ab12cd" */
  purpose: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  by: z.string(),
  commit: commitSchema.optional(),
  outcome: z.enum(["succeeded", "refused", "rolled-back", "rollback-failed", "not-verified", "failed"]),
  /** Why it did not succeed, a line each */
  causes: z.array(z.string()),
  /** In their order; the last but for "put back" is the one that failed, if one did */
  steps: z.array(stepTime.extend({ failed: z.boolean() })),
  changes: z.array(change),
  looks: z.record(z.string(), z.array(look)),
  events: z.array(event),
})

/** How a deploy or a rollback went, however it ended: what a record, which only successes have, does not hold. */
export type Attempt = z.infer<typeof attempt>

export type Look = z.infer<typeof look>

const format: Format<Attempt> = [attempt]

const prefix = "attempts/"

/** Keys sort as the times do. */
const keyOf = (startedAt: string): string => `${prefix}${startedAt}.json`

/** The attempt that began at a time; undefined where it was made before attempts were kept, or has been let go. */
export const readAttempt = async (target: Target, startedAt: string): Promise<Attempt | undefined> =>
  (await readObject(target, keyOf(startedAt), format).catch(refuseUnreadable))?.value

/** When each attempt that is kept began, the newest first. Refuses where they cannot be read. */
export const listAttempts = async (target: Target): Promise<string[]> =>
  (await listNames(target, prefix))
    .map((name) => name.slice(0, -".json".length))
    .sort()
    .reverse()

/** Writes an attempt down, and lets go those that are older than the history is long. What was attempted stands without it. */
export async function keepAttempt(target: Target, made: Attempt, progress: Progress): Promise<void> {
  try {
    await writeObject(target, keyOf(made.startedAt), format, made)
    const old = (await listAttempts(target)).slice(target.platform.history.deployments)
    const s3 = await target.aws.s3()
    for (const startedAt of old)
      await s3.deleteObject({ Bucket: target.infrastructure.deploymentsBucket, Key: keyOf(startedAt) })
  } catch (error) {
    progress.line("record", `how this went is not kept for a report: ${messageOf(error)}`)
  }
}
