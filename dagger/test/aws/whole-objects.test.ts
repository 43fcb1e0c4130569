import { expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { cutOff, serve } from "../serve.ts"

/** An S3 whose objects break off as often as is said, and the requests that it got. */
async function breakingOff(times: number) {
  const asked: string[] = []
  const endpoint = await serve((request, response) => {
    asked.push(request.url!)
    if (asked.length > times) response.writeHead(200, { etag: '"one"' }).end("all of it")
    else cutOff(request, response)
  })
  const credentials = { accessKeyId: "x", secretAccessKey: "x" }
  const s3 = await connect({ region: "sa-east-1", endpoint, credentials }).s3()
  const read = async () => (await s3.getObject({ Bucket: "bucket", Key: "key" })).Body!.transformToString()
  return { read, asked }
}

test("an object that breaks off is asked for again", async () => {
  const { read, asked } = await breakingOff(2)
  expect(await read()).toBe("all of it")
  expect(asked).toHaveLength(3)
})

test("one that always does is told as that", async () => {
  const { read } = await breakingOff(Infinity)
  await expect(read()).rejects.toThrow("GetObject was answered in part, and then the connection ended")
})
