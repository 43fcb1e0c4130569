import { randomUUID } from "node:crypto"
import { hostname, userInfo } from "node:os"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { refusedAs, Unreadable } from "../store.ts"
import { lockKey, readLock, removeLock, writeLock, type LockHolder, type StoredLock } from "./lock-object.ts"
import type { Target } from "../target.ts"

/** An environment that nobody else changes. */
export interface Lock {
  /**
   * Names the step that comes next, for whoever finds the lock. Throws a Failure where the lock is not ours any more: then
   * nothing more may be begun. `left` says what has been changed by now and stays so, a line each.
   */
  step(name: string, left?: string[]): Promise<void>
}

const subject = "lock"

/** A command at work renews its lock each time this part of its life has passed. */
const renewedAfter = 1 / 3

const isoIn = (target: Target, seconds: number) => new Date(target.clock.now() + seconds * 1000).toISOString()

/**
 * Does work that changes an environment, and that nobody else may do at the same time. Refuses if somebody holds the lock; a
 * lock that expired is taken over, and what its owner was at is told. It is renewed while the work goes on, and given back
 * however that ends.
 */
export async function withLock<T>(
  target: Target,
  reason: string,
  progress: Progress,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const { renew, step, release } = hold(target, await acquire(target, reason, progress), progress)
  renew()
  try {
    return await work({ step })
  } finally {
    await release()
  }
}

/** Removes an environment's lock, whoever holds it: a command of theirs that is still at work stops at its next step. */
export async function unlock(target: Target): Promise<LockHolder> {
  const stored = await currentLock(target)
  if (!stored) throw refused(`${target.environment} is not locked.`)
  if (!(await orRefuse(target, removeLock(target, stored)))) {
    throw refused(`the lock of ${target.environment} changed hands meanwhile.`, "Look at status, and try again.")
  }
  return stored.value
}

/** The environment's lock; undefined where nobody holds it. Refuses where it cannot be read. */
export const currentLock = (target: Target): Promise<StoredLock | undefined> => orRefuse(target, readLock(target))

/** Whether an owner has not renewed its lock for so long that it is taken for dead. */
export const isExpired = (target: Target, { expiresAt }: LockHolder): boolean =>
  Date.parse(expiresAt) <= target.clock.now()

/** What whoever is locked out wants to know. */
export const describeHolder = ({ owner, reason, step, acquiredAt }: LockHolder): string =>
  `${reason} by ${owner}, started at ${acquiredAt}, at the step "${step}"`

async function acquire(target: Target, reason: string, progress: Progress): Promise<StoredLock> {
  const ours = (): LockHolder => ({
    id: randomUUID(),
    owner: target.caller?.arn ?? `${userInfo().username}@${hostname()}`,
    reason,
    step: "start",
    acquiredAt: isoIn(target, 0),
    expiresAt: isoIn(target, target.platform.lock.seconds),
  })
  const taken = await orRefuse(target, writeLock(target, ours()))
  if (taken) return taken
  const found = await currentLock(target)
  // It was given back a moment ago.
  if (!found) return acquire(target, reason, progress)
  if (!isExpired(target, found.value)) throw lockedBy(target, found.value)

  // Our clock may be fast, and its owner alive: then it renews the lock meanwhile.
  progress.status(subject, `expired at ${found.value.expiresAt}; waiting to see whether it is renewed`)
  await target.clock.sleep(target.platform.lock.seconds * renewedAfter * 1000)
  const takenOver = await orRefuse(target, writeLock(target, ours(), found.etag))
  if (!takenOver) return acquire(target, reason, progress)
  progress.line(subject, `took over an unfinished ${describeHolder(found.value)}`)
  return takenOver
}

function lockedBy(target: Target, holder: LockHolder): Failure {
  const { environment } = target
  return refused(
    `${environment} is locked: ${describeHolder(holder)}.`,
    `Its holder renews it while it runs; otherwise it expires at ${holder.expiresAt}.`,
    `If you know that its holder is gone: unlock --env ${environment}.`,
  )
}

/** A lock that is ours, until somebody else has it, or it expired and could not be renewed. */
function hold(target: Target, acquired: StoredLock, progress: Progress) {
  const { seconds } = target.platform.lock
  let ours = acquired
  let lost: string | undefined
  let released = false
  let stopTimer = () => {}
  let writing = Promise.resolve()

  /** One write at a time: each replaces the one before. */
  const write = (change: Partial<LockHolder>): Promise<void> =>
    (writing = writing.then(async () => {
      if (lost) return
      try {
        const holder = { ...ours.value, ...change, expiresAt: isoIn(target, seconds) }
        const written = await writeLock(target, holder, ours.etag)
        if (written) ours = written
        else lost = await whyLost(target)
      } catch (error) {
        if (isExpired(target, ours.value)) lost = `it expired, and could not be renewed: ${messageOf(error)}`
      }
    }))

  const renew = () => {
    if (released) return
    stopTimer = target.clock.after(seconds * renewedAfter * 1000, () => void write({}).then(renew))
  }
  const step = async (name: string, left: string[] = []) => {
    await write({ step: name })
    if (lost) throw lostBefore(target, name, lost, left)
  }
  const release = async () => {
    released = true
    stopTimer()
    await writing
    if (lost) return
    await removeLock(target, ours).catch((error) => {
      progress.line(subject, `stays until ${ours.value.expiresAt}: ${messageOf(error)}`)
    })
  }
  return { renew, step, release }
}

/** Why the lock is not ours any more. */
async function whyLost(target: Target): Promise<string> {
  const stored = await readLock(target).catch(() => undefined)
  return stored ? `it is held now for the ${describeHolder(stored.value)}` : "somebody removed it"
}

function lostBefore({ environment }: Target, step: string, why: string, left: string[]): Failure {
  const what = `the lock of ${environment} was lost before the step "${step}": ${why}.`
  if (left.length === 0) {
    return new Failure("refused", what, ["Nothing was rolled out, and what was prepared has been withdrawn."])
  }
  return new Failure("rollback-failed", what, [
    ...left,
    "Nothing of this was restored: the lock's new holder may rely on it. When they are done, look at status, and deploy again.",
  ])
}

/** Refuses where S3 does not answer as it should. */
function orRefuse<T>(target: Target, call: Promise<T>): Promise<T> {
  return call.catch((error) => {
    if (error instanceof Unreadable) throw unreadable(target, error)
    throw refused(
      `the lock of ${target.environment} could not be read or written in bucket ${target.infrastructure.deploymentsBucket}: ${messageOf(error)}`,
      "Check the credentials (s3:GetObject, s3:PutObject, s3:DeleteObject) and that the environment's infrastructure has been applied.",
    )
  })
}

function unreadable({ infrastructure }: Target, error: Unreadable): Failure {
  if (!error.damaged) return refusedAs(error)
  const remove = `aws s3 rm s3://${infrastructure.deploymentsBucket}/${lockKey}`
  return refused(error.message, `When nobody deploys to this environment, delete it: ${remove}`)
}
