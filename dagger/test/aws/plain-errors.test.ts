import type { RequestListener } from "node:http"
import { expect, onTestFinished, test, vi } from "vitest"
import { connect } from "../../aws/clients.ts"
import { messageOf } from "../../platform/failure.ts"
import { cutOff, serve } from "../serve.ts"

/** What a person reads of a call that is answered in such a way. */
async function saidOf(
  answer: RequestListener,
  call: "ecs" | "logs" | "s3" | "elb" | "cloudwatch",
  patience?: number,
): Promise<string> {
  const aws = connect({
    region: "sa-east-1",
    endpoint: await serve(answer),
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    clock: { now: () => 0, sleep: async () => {} },
    ...(patience && { patience }),
  })
  const calls = {
    ecs: async () => (await aws.ecs()).listTasks({}),
    logs: async () => (await aws.logs()).describeLogGroups({}),
    s3: async () => (await aws.s3()).listBuckets({}),
    elb: async () => (await aws.elb()).describeTargetGroups({}),
    cloudwatch: async () => (await aws.cloudwatch()).describeAlarms({}),
  }
  return calls[call]().then(
    () => "success",
    (error) => messageOf(error),
  )
}

const page: RequestListener = (_, response) =>
  void response.writeHead(403, { "content-type": "text/html" }).end("<html>Blocked by the proxy<br></html>")
const nothing: RequestListener = (_, response) => void response.writeHead(418).end("{}")

test.each(["ecs", "logs", "elb", "cloudwatch"] as const)(
  "a page of a proxy in place of %s's answer is told as that",
  async (service) => {
    const said = await saidOf(page, service)
    expect(said).toMatch(/^(ListTasks|DescribeLogGroups|DescribeTargetGroups|DescribeAlarms) was answered with 403/)
    expect(said).not.toMatch(/\$response|hidden field|inspect|UnknownError/)
  },
)

test.each(["ecs", "s3"] as const)("an error of %s without a reason is told with its status", async (service) => {
  expect(await saidOf(nothing, service)).toMatch(/418/)
})

test("what AWS says itself stays as it is", async () => {
  const said = await saidOf((_, response) => {
    const body = JSON.stringify({ __type: "ClusterNotFoundException", message: "Cluster not found." })
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(body)
  }, "ecs")
  expect(said).toBe("Cluster not found.")
})

test("a call that is not answered ends all the same", async () => {
  expect(await saidOf(() => {}, "ecs", 200)).toBe("ListTasks had no answer within 0.2 s")
})

test.each(["ecs", "s3", "elb"] as const)("an answer of %s that stops half-way is told as that", async (service) => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1")
  onTestFinished(() => void vi.unstubAllEnvs())
  // Within a second even a busy machine has begun to answer.
  const half: RequestListener = (_, response) => void response.writeHead(200, { "content-length": 100 }).write("{")
  expect(await saidOf(half, service, 1000)).toMatch(/^[A-Z]\w+ was answered in part, and then nothing came for 1 s$/)
  expect(await saidOf(cutOff, service)).toMatch(/^[A-Z]\w+ was answered in part, and then the connection ended$/)
})
