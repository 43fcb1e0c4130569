import pMap from "p-map"
import type { S3 } from "#aws/s3"

/** As many requests at a time as S3 takes without slowing down; the SDK keeps a connection open for each. */
export const atATime = 32

/**
 * Does something for each item, so many at a time. When one fails, no more are begun; those at work are waited for, so that
 * nothing of it happens later.
 */
export async function each<T>(items: T[], act: (item: T) => Promise<unknown>, concurrency = atATime): Promise<void> {
  const failures: unknown[] = []
  const unlessFailed = async (item: T) => {
    if (failures.length > 0) return
    await act(item).catch((error) => failures.push(error))
  }
  await pMap(items, unlessFailed, { concurrency })
  if (failures.length > 0) throw failures[0]
}

/** How many keys one DeleteObjects takes. */
const keysAtATime = 1000

/** Deletes objects. S3 answers 200 even where it kept some of them; that is thrown. */
export async function deleteObjects(s3: S3, Bucket: string, keys: string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += keysAtATime) {
    const Objects = keys.slice(start, start + keysAtATime).map((Key) => ({ Key }))
    const { Errors = [] } = await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } })
    const [first] = Errors
    if (first)
      throw new Error(`${Errors.length} objects of ${Bucket} could not be deleted, ${first.Key}: ${first.Message}`)
  }
}
