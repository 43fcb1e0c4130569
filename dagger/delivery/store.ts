import { isDeepStrictEqual } from "node:util"
import { z } from "zod"
import { messageOf, refused, type Failure } from "../platform/failure.ts"
import type { Target } from "./target.ts"

/**
 * How objects of one kind are stored as JSON in the deployments' bucket: a schema for each version of their format, the oldest
 * first. The last one is written, with its number as `formatVersion`; what has no number was written before there were any.
 */
export type Format<T> = readonly z.ZodType<T>[]

/** What was read, or written, and its ETag, so that only that one is replaced. */
export interface Stored<T> {
  value: T
  etag: string
}

/** An object that could not be read: S3 did not answer, or it is not what this version of cat-house reads. */
export class Unreadable extends Error {
  /** What to do about it */
  readonly advice: string
  readonly damaged: boolean

  constructor(
    what: string,
    { advice, damaged = false, cause }: { advice: string; damaged?: boolean; cause?: unknown },
  ) {
    super(what, { cause })
    this.name = "Unreadable"
    this.advice = advice
    this.damaged = damaged
  }
}

/** Refuses because of an object that could not be read, where nothing has been changed. */
export function refuseUnreadable(error: unknown): never {
  if (!(error instanceof Unreadable)) throw error
  throw refusedAs(error)
}

export const refusedAs = (error: Unreadable): Failure => refused(error.message, error.advice)

/** What S3 says when the object is another one than the condition names, or is being replaced right now. */
const conflicts = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]
const isConflict = (error: unknown): boolean => conflicts.includes((error as Error).name)

const bucketOf = ({ infrastructure }: Target): string => infrastructure.deploymentsBucket

/** The bytes of an object; undefined where there is none. Throws Unreadable. */
export async function readBytes(target: Target, Key: string): Promise<Stored<Buffer> | undefined> {
  const Bucket = bucketOf(target)
  const s3 = await target.aws.s3()
  try {
    const { Body, ETag } = await s3.getObject({ Bucket, Key })
    return { value: Buffer.from(await Body!.transformToByteArray()), etag: ETag! }
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined
    throw new Unreadable(`${Key} could not be read from bucket ${Bucket}: ${messageOf(error)}`, {
      advice:
        "Check the credentials (s3:GetObject, s3:ListBucket) and that the environment's infrastructure has been applied.",
      cause: error,
    })
  }
}

/** An object; undefined where there is none. Throws Unreadable. */
export async function readObject<T>(target: Target, key: string, format: Format<T>): Promise<Stored<T> | undefined> {
  const found = await readBytes(target, key)
  return found && { value: parse(target, key, format, found.value.toString()), etag: found.etag }
}

/** Writes an object, whatever was there. */
export async function writeObject<T>(target: Target, Key: string, format: Format<T>, value: T): Promise<void> {
  const s3 = await target.aws.s3()
  await s3.putObject({ Bucket: bucketOf(target), Key, Body: serialize(format, value), ContentType: "application/json" })
}

/**
 * Writes an object in the place of the one that was read, or of none. Undefined where somebody else was faster. What is there
 * and `isOurs`, although it is not what was read, is replaced: then an answer of S3 was lost.
 */
export async function replaceObject<T>(
  target: Target,
  Key: string,
  format: Format<T>,
  value: T,
  former: string | undefined,
  isOurs: (found: T) => boolean = () => false,
): Promise<Stored<T> | undefined> {
  const s3 = await target.aws.s3()
  const Body = serialize(format, value)
  try {
    const { ETag } = await s3.putObject({
      Bucket: bucketOf(target),
      Key,
      Body,
      ContentType: "application/json",
      ...(former ? { IfMatch: former } : { IfNoneMatch: "*" }),
    })
    return { value, etag: ETag! }
  } catch (error) {
    if (!isConflict(error)) throw error
    const now = await readUnlessDamaged(target, Key, format)
    if (!now) return undefined
    // The SDK tries again when an answer is lost; then it was we who wrote it.
    if (isDeepStrictEqual(now.value, parse(target, Key, format, Body))) return now
    if (!isOurs(now.value)) return undefined
    if (now.etag === former) throw error
    return replaceObject(target, Key, format, value, now.etag, isOurs)
  }
}

/** Removes the object that was read or written, or what `isOurs` of it meanwhile; false where there is none of that any more. */
export async function removeObject<T>(
  target: Target,
  Key: string,
  format: Format<T>,
  etag: string,
  isOurs: (found: T) => boolean,
): Promise<boolean> {
  const s3 = await target.aws.s3()
  try {
    await s3.deleteObject({ Bucket: bucketOf(target), Key, IfMatch: etag })
    return true
  } catch (error) {
    if (!isConflict(error)) throw error
    const now = await readUnlessDamaged(target, Key, format)
    if (!now || !isOurs(now.value)) return false
    if (now.etag === etag) throw error
    return removeObject(target, Key, format, now.etag, isOurs)
  }
}

/** What somebody else has damaged was not written by us. */
async function readUnlessDamaged<T>(target: Target, key: string, format: Format<T>): Promise<Stored<T> | undefined> {
  return readObject(target, key, format).catch((error) => {
    if (error instanceof Unreadable && error.damaged) return undefined
    throw error
  })
}

const numbered = z.object({ formatVersion: z.number() })

function parse<T>(target: Target, key: string, format: Format<T>, text: string): T {
  const bucket = bucketOf(target)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw damaged(bucket, key, `it is not JSON: ${messageOf(error)}`)
  }
  const version = numbered.safeParse(content).data?.formatVersion ?? 1
  if (version > format.length) {
    throw new Unreadable(
      `${key} in bucket ${bucket} has format version ${version}; this cat-house reads versions up to ${format.length}.`,
      { advice: "Use a newer cat-house: the one that wrote it." },
    )
  }
  const schema = format[version - 1]
  if (!schema) throw damaged(bucket, key, `there is no format version ${version}`)
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw damaged(bucket, key, `${issue!.path.length > 0 ? `${issue!.path.join(".")}: ` : ""}${issue!.message}`)
}

const damaged = (bucket: string, key: string, what: string): Unreadable =>
  new Unreadable(`${key} in bucket ${bucket} is damaged: ${what}.`, {
    advice: `Bring back its last good version: aws s3api list-object-versions --bucket ${bucket} --prefix ${key}`,
    damaged: true,
  })

function serialize<T>(format: Format<T>, value: T): string {
  const content = z.encode(format.at(-1)!, value) as object
  return JSON.stringify({ formatVersion: format.length, ...content }, null, 2)
}
