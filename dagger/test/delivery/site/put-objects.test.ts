import { createHash, createHmac } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { expect, test } from "vitest"
import { connect } from "../../../aws/clients.ts"
import { openBucket } from "../../../delivery/site/put-objects.ts"
import { serve } from "../../serve.ts"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the secret", sessionToken: "the token" }
const sha256 = (content: Buffer | string) => createHash("sha256").update(content).digest("hex")

test.each(["index.html", "cats/Mäuse (2)!.html", "+not-found.html", "a@2x.png", "a b/c&d=e.png"])(
  "a request for %s is signed as AWS checks it, by its path, its headers and its content",
  async (key) => {
    const received: { incoming: IncomingMessage; body: Buffer }[] = []
    const endpoint = await serve((incoming, outgoing) => {
      void bodyOf(incoming).then((body) => {
        received.push({ incoming, body })
        outgoing.end()
      })
    })
    const s3 = await connect({ region: "sa-east-1", endpoint, credentials }).s3()
    const put = await openBucket(s3, "bucket")
    const content = Buffer.from("a page")
    await put({ key, content, sha256: sha256(content), contentType: "text/html", cacheControl: "no-cache" })
    expect(received).toHaveLength(1)
    const { incoming, body } = received[0]!
    expect([decodeURIComponent(incoming.url!), body.toString()]).toEqual([`/bucket/${key}`, "a page"])
    expect(incoming.headers.authorization!.split("Signature=")[1]).toBe(signatureOf(incoming, body))
  },
)

/** Signature Version 4 of a request as it arrived. */
function signatureOf({ method, url, headers }: IncomingMessage, body: Buffer): string {
  const [, date, region, names] = /\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+),/.exec(
    headers.authorization!,
  )!
  for (const name of ["host", "content-type", "x-amz-content-sha256", "x-amz-security-token"]) {
    expect(names!.split(";")).toContain(name)
  }
  const signed = names!.split(";").map((name) => `${name}:${String(headers[name])}\n`)
  const request = [method, url, "", signed.join(""), names, sha256(body)].join("\n")
  const scope = `${date}/${region}/s3/aws4_request`
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(request)].join("\n")
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()
  const key = [date!, region!, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`)
  return hmac(key, toSign).toString("hex")
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
