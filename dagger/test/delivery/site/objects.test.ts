import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import type { DeleteObjectsCommandInput, S3 } from "#aws/s3"
import { deleteObjects, each } from "../../../delivery/site/objects.ts"

test("after a failure nothing is begun, and what is under way has ended when it is told", async () => {
  const begun: number[] = []
  const ended: number[] = []
  const act = async (item: number) => {
    begun.push(item)
    await sleep(item === 2 ? 1 : 20)
    if (item === 2) throw new Error("the second failed")
    ended.push(item)
  }
  await expect(each([1, 2, 3, 4, 5], act, 3)).rejects.toThrow("the second failed")
  expect(begun).toEqual([1, 2, 3])
  expect(ended).toEqual([1, 3])
})

test("no more are at work at a time than may be, and all are done", async () => {
  let atWork = 0
  const seen: number[] = []
  const act = async () => {
    seen.push(++atWork)
    await sleep(1)
    atWork--
  }
  await each(
    Array.from({ length: 50 }, (_, n) => n),
    act,
    4,
  )
  expect(seen).toHaveLength(50)
  expect(Math.max(...seen)).toBe(4)
})

/** S3 as it answers DeleteObjects: 200, whatever became of each key. */
function bucket(errors: { Key: string; Message: string }[] = []) {
  const calls: number[] = []
  const deleteObjects = async ({ Delete }: DeleteObjectsCommandInput) => {
    calls.push(Delete!.Objects!.length)
    return { Errors: errors }
  }
  return { s3: { deleteObjects } as unknown as S3, calls }
}

test("objects are deleted a thousand at a time, and none is a request of no use", async () => {
  const { s3, calls } = bucket()
  const keys = Array.from({ length: 2001 }, (_, n) => String(n))
  await deleteObjects(s3, "bucket", keys)
  await deleteObjects(s3, "bucket", [])
  expect(calls).toEqual([1000, 1000, 1])
})

test("an object that S3 kept is an error, although the answer is 200", async () => {
  const { s3 } = bucket([{ Key: "a.png", Message: "Access Denied" }])
  await expect(deleteObjects(s3, "bucket", ["a.png"])).rejects.toThrow("a.png: Access Denied")
})
