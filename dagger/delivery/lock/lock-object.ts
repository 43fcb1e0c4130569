import type { Target } from "../target.ts"

/** Who is at work on an environment, as the deployments' bucket says it. */
export interface LockHolder {
  /** Of one command: the same caller may have two at work */
  id: string
  owner: string
  /** What for, such as `deploy of commit 1f2e3d4c5b6a` */
  reason: string
  /** What it was about to do when it wrote this */
  step: string
  acquiredAt: string
  expiresAt: string
}

/** What was read, or written, and its version, so that only that one is replaced. */
export interface StoredLock {
  holder: LockHolder
  etag: string
}

const Key = "locks/deployment.json"

const at = (target: Target) => ({ Bucket: target.infrastructure.deploymentsBucket, Key })

/** What S3 says when the object is another one than the condition names, or is being replaced right now. */
const conflicts = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]
const isConflict = (error: unknown): boolean => conflicts.includes((error as Error).name)

/** The environment's lock; undefined where nobody holds it. */
export async function readLock(target: Target): Promise<StoredLock | undefined> {
  const s3 = await target.aws.s3()
  try {
    const { Body, ETag } = await s3.getObject(at(target))
    return { holder: JSON.parse(await Body!.transformToString()) as LockHolder, etag: ETag! }
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined
    throw error
  }
}

/** Writes the lock in the place of the one that was read, or of none. Undefined where somebody else was faster. */
export async function writeLock(target: Target, holder: LockHolder, former?: string): Promise<StoredLock | undefined> {
  const s3 = await target.aws.s3()
  try {
    const { ETag } = await s3.putObject({
      ...at(target),
      Body: JSON.stringify(holder, null, 2),
      ContentType: "application/json",
      ...(former ? { IfMatch: former } : { IfNoneMatch: "*" }),
    })
    return { holder, etag: ETag! }
  } catch (error) {
    if (!isConflict(error)) throw error
    const now = await readLock(target)
    if (now?.holder.id !== holder.id) return undefined
    // An answer of S3 was lost: it was we who wrote it.
    if (now.etag === former) throw error
    return writeLock(target, holder, now.etag)
  }
}

/** Removes the lock that was read or written; false where it is not there any more. */
export async function removeLock(target: Target, { holder, etag }: StoredLock): Promise<boolean> {
  const s3 = await target.aws.s3()
  try {
    await s3.deleteObject({ ...at(target), IfMatch: etag })
    return true
  } catch (error) {
    if (!isConflict(error)) throw error
    const now = await readLock(target)
    if (now?.holder.id !== holder.id) return false
    // Its owner, perhaps we ourselves, has renewed it meanwhile.
    if (now.etag === etag) throw error
    return removeLock(target, now)
  }
}
