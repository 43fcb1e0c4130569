import { z } from "zod"
import { readObject, removeObject, replaceObject, type Format, type Stored } from "../store.ts"
import type { Target } from "../target.ts"

const lockHolder = z.object({
  /** Of one command: the same caller may have two at work */
  id: z.string(),
  owner: z.string(),
  /** What for, such as `deploy of commit 1f2e3d4c5b6a` */
  reason: z.string(),
  /** What it was about to do when it wrote this */
  step: z.string(),
  acquiredAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})

/** Who is at work on an environment, as the deployments' bucket says it. */
export type LockHolder = z.infer<typeof lockHolder>

/** What was read, or written, and its version, so that only that one is replaced. */
export type StoredLock = Stored<LockHolder>

export const lockKey = "locks/deployment.json"
const format: Format<LockHolder> = [lockHolder]

/** The environment's lock; undefined where nobody holds it. */
export const readLock = (target: Target): Promise<StoredLock | undefined> => readObject(target, lockKey, format)

/** Writes the lock in the place of the one that was read, or of none. Undefined where somebody else was faster. */
export const writeLock = (target: Target, holder: LockHolder, former?: string): Promise<StoredLock | undefined> =>
  replaceObject(target, lockKey, format, holder, former, ({ id }) => id === holder.id)

/** Removes the lock that was read or written; false where it is not there any more. Its owner, perhaps we ourselves, may have renewed it meanwhile. */
export const removeLock = (target: Target, { value, etag }: StoredLock): Promise<boolean> =>
  removeObject(target, lockKey, format, etag, ({ id }) => id === value.id)
