import { createServer } from "node:http"
import { afterAll, expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { startAws } from "../../local-cloud/aws.ts"
import { startLoadBalancer } from "../../local-cloud/load-balancer.ts"
import { localCredentials } from "../../local-cloud/ministack.ts"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { ministack } from "../delivery/emulator.ts"

const region = "sa-east-1"
const driver = { start: () => Promise.reject(new Error("nothing runs")), close: async () => {} }
const cloud = await startAws({ region, driver, ministackUrl: ministack.url })
afterAll(cloud.close)
const aws = connect({ region, endpoint: cloud.endpoint, credentials: localCredentials })
const cloudwatch = await aws.cloudwatch()

/** A target that answers with what its path ends in, or breaks the connection. */
const server = createServer((request, response) => {
  const status = Number(request.url!.slice("/cats/".length))
  if (status === 0) return void request.socket.destroy()
  response.writeHead(status).end()
})
afterAll(() => closeServer(server))
const host = "127.0.0.1"
const target = { host, port: await listen(server, 0, host) }
const arn = "arn:aws:elasticloadbalancing:sa-east-1:000000000000:targetgroup/cats/1"
const rules = [{ prefix: "/cats", groups: () => [{ name: arn, weight: 100, targets: [target] }] }]
const loadBalancer = await startLoadBalancer(rules, { port: 0, count: cloud.count })
afterAll(loadBalancer.close)

async function sums(MetricName: string, Stat = "Sum", TargetGroup = "targetgroup/cats/1"): Promise<number[]> {
  const { MetricDataResults } = await cloudwatch.getMetricData({
    StartTime: new Date(Date.now() - 60_000),
    EndTime: new Date(Date.now() + 1000),
    MetricDataQueries: [
      {
        Id: "m",
        MetricStat: {
          Metric: {
            Namespace: "AWS/ApplicationELB",
            MetricName,
            Dimensions: [
              { Name: "LoadBalancer", Value: "app/cats/1" },
              { Name: "TargetGroup", Value: TargetGroup },
            ],
          },
          Period: 3600,
          Stat,
        },
      },
    ],
  })
  return MetricDataResults![0]!.Values!
}

test("what targets answer is counted, by AWS's names and through AWS's client", async () => {
  for (const status of [200, 404, 500, 503, 0, 0])
    await fetch(`${loadBalancer.url}/cats/${status}`).then((response) => response.text())
  const total = (values: number[]) => values.reduce((one, other) => one + other, 0)
  expect(total(await sums("RequestCount"))).toBe(6)
  expect(total(await sums("HTTPCode_Target_5XX_Count"))).toBe(2)
  expect(total(await sums("TargetConnectionErrorCount"))).toBe(2)
  for (const seconds of await sums("TargetResponseTime", "p95")) expect(seconds).toBeGreaterThan(0)
  expect(await sums("TargetResponseTime", "p95")).not.toEqual([])
})

test("where nothing was counted there are no values, as with AWS", async () => {
  expect(await sums("RequestCount", "Sum", "targetgroup/dogs/1")).toEqual([])
  expect(await sums("HTTPCode_Target_5XX_Count", "Sum", "targetgroup/dogs/1")).toEqual([])
})
