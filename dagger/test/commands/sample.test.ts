import { createServer } from "node:http"
import { expect, onTestFinished, test } from "vitest"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { publishSample } from "../../commands/sample.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { manifest } from "../platform/manifests.ts"

/** Publishes to an API that answers everything with a status, and returns what is said of it. */
async function publishTo(status: number, count?: number) {
  const api = createServer((_, outgoing) => outgoing.writeHead(status).end('{"access_token":"token"}'))
  const url = `http://127.0.0.1:${await listen(api, 0)}`
  onTestFinished(() => closeServer(api))
  const lines: string[] = []
  const line = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  const progress: Progress = { status() {}, line, done() {}, failed() {} }
  const { services } = parsePlatform(manifest())
  return { account: await publishSample({ services: services.slice(0, count) }, url, "127.0.0.1:9", progress), lines }
}

test.each([200, 409])("a sample that is answered with %i is there", async (status) => {
  expect(await publishTo(status)).toEqual({
    account: expect.objectContaining({ email: "tom@cats.example" }),
    lines: [],
  })
})

test("another platform has no sample, and is asked nothing", async () => {
  expect(await publishTo(500, 1)).toEqual({ account: undefined, lines: [] })
})

test("a sample that cannot be published is told, and fails nothing", async () => {
  const { account, lines } = await publishTo(500)
  expect(account).toBeUndefined()
  expect(lines).toEqual([expect.stringMatching(/^sample: could not be published: .* answers 500/)])
})
