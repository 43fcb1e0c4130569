import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import type { PutObjectCommandInput, S3 } from "#aws/s3"
import { atATime } from "./objects.ts"

/** An object to be put, whose hash is known. */
export interface NewObject {
  key: string
  content: Buffer
  sha256: string
  contentType: string
  cacheControl: string
}

/** Bounds one request, in milliseconds. */
const timeout = 30_000

/**
 * Puts objects into a bucket with a quarter of the SDK's work for each, which thousands of small files are made of: address,
 * credentials and signature are the SDK's, the request is Node's, and the hash is not computed again. S3 refuses content that
 * does not have it. Whatever does not succeed at once is put by the SDK, which knows when to try again, and what to say.
 */
export async function openBucket(s3: S3, bucket: string): Promise<(object: NewObject) => Promise<void>> {
  const { protocol, hostname, port, path: prefix } = await addressOf(s3, bucket)
  const secure = protocol === "https:"
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: atATime })
  const signer = await s3.config.signer()
  const host = port ? `${hostname}:${port}` : hostname

  const send = async ({ key, content, sha256, contentType, cacheControl }: NewObject): Promise<boolean> => {
    const { path, headers } = await signer.sign({
      method: "PUT",
      protocol,
      hostname,
      ...(port !== undefined && { port }),
      query: {},
      path: prefix + key.split("/").map(escape).join("/"),
      headers: {
        host,
        "content-type": contentType,
        "cache-control": cacheControl,
        "content-length": String(content.length),
        "x-amz-content-sha256": sha256,
      },
    })
    const options: RequestOptions = { method: "PUT", agent, hostname, port, path, headers, timeout }
    return new Promise((resolve, reject) => {
      const sent = (secure ? httpsRequest : httpRequest)(options, (response) => {
        response.resume()
        response.once("error", reject)
        response.once("end", () => resolve(response.statusCode === 200))
      })
      sent.once("error", reject)
      sent.once("timeout", () => sent.destroy(new Error("timed out")))
      sent.end(content)
    })
  }
  return async (object) => {
    if (await send(object).catch(() => false)) return
    const { key: Key, content: Body, contentType: ContentType, cacheControl: CacheControl } = object
    await s3.putObject({ Bucket: bucket, Key, Body, ContentType, CacheControl })
  }
}

interface Address {
  protocol: string
  hostname: string
  port?: number | undefined
  path: string
}

/** Where the SDK would send a bucket's objects to; `path` is what comes before a key. Nothing is sent. */
async function addressOf(s3: S3, Bucket: string): Promise<Address> {
  const { PutObjectCommand } = await import("#aws/s3")
  const input: PutObjectCommandInput = { Bucket, Key: "key", Body: "" }
  const command = new PutObjectCommand(input)
  let address: Address | undefined
  command.middlewareStack.add(
    () => async (call) => {
      address = (call as { request: unknown }).request as Address
      return { response: {}, output: { $metadata: {} } }
    },
    { step: "build", priority: "low" },
  )
  await s3.send(command)
  const { protocol, hostname, port, path } = address!
  return { protocol, hostname, port, path: path.slice(0, -"key".length) }
}

/** As S3 signs it: what encodeURIComponent leaves as it is, is escaped, too. */
const escape = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
