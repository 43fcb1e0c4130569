import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { ECS } from "#aws/ecs"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import type { AwsError } from "../../../local-cloud/ecs/aws-error.ts"
import { startRollouts, type Rollouts } from "../../../local-cloud/ecs/ecs.ts"
import type { TaskDriver } from "../../../local-cloud/task-driver.ts"
import { breaker, check, targetGroupArn } from "./world.ts"

/** Each container is an HTTP server that answers with the code that its image is named after. */
const driver: TaskDriver = {
  async start({ image }) {
    const server = createServer((_, response) => response.writeHead(Number(image)).end())
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { promise: exited, resolve: exit } = Promise.withResolvers<{ exitCode: number }>()
    const stop = async () => {
      server.close()
      exit({ exitCode: 0 })
    }
    return { address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port }, exited, stop }
  },
  async close() {},
}

let rollouts: Rollouts
let ecs: ECS

const api = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? ""
  const headers = { "content-type": "application/x-amz-json-1.1" }
  try {
    const body = await rollouts.call(action, JSON.parse(await text(request)))
    response.writeHead(200, headers).end(JSON.stringify(body))
  } catch (error) {
    const { name, message, statusCode } = error as AwsError
    response.writeHead(statusCode, headers).end(JSON.stringify({ __type: name, message }))
  }
}

beforeAll(async () => {
  rollouts = startRollouts({
    driver,
    region: "sa-east-1",
    account: "123456789012",
    targetGroup: async () => ({
      ...check,
      intervalSeconds: 0.05,
      timeoutSeconds: 1,
      healthyThreshold: 2,
      deregistrationDelaySeconds: 0.1,
    }),
    secretValue: async () => "",
    log: () => {},
  })
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve))
  ecs = new ECS({
    endpoint: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    region: "sa-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  await ecs.createCluster({ clusterName: "cats" })
})

afterAll(async () => {
  ecs.destroy()
  api.close()
  await rollouts.close()
})

const register = (image: string) =>
  ecs.registerTaskDefinition({
    family: "auth",
    containerDefinitions: [{ name: "auth", image, memory: 64, portMappings: [{ containerPort: 8005 }] }],
  })

const newestStatus = async () => {
  const { serviceDeployments } = await ecs.listServiceDeployments({ cluster: "cats", service: "auth" })
  return serviceDeployments?.[0]?.status
}

test("the SDK creates a service, sees it roll out on real probes, and sees a broken update rolled back", async () => {
  await register("200")
  const { service } = await ecs.createService({
    cluster: "cats",
    serviceName: "auth",
    taskDefinition: "auth:1",
    desiredCount: 1,
    deploymentConfiguration: breaker,
    loadBalancers: [{ targetGroupArn, containerName: "auth", containerPort: 8005 }],
  })
  expect(service?.createdAt).toBeInstanceOf(Date)
  await vi.waitUntil(async () => (await newestStatus()) === "SUCCESSFUL", { timeout: 30_000 })

  await register("500")
  await ecs.updateService({ cluster: "cats", service: "auth", taskDefinition: "auth:2" })
  await vi.waitUntil(async () => (await newestStatus()) === "ROLLBACK_SUCCESSFUL", { timeout: 30_000 })
  const { services: [described] = [] } = await ecs.describeServices({ cluster: "cats", services: ["auth"] })
  expect(described?.taskDefinition).toMatch(/auth:1$/)
  expect(described?.events?.[0]?.createdAt).toBeInstanceOf(Date)
  expect(rollouts.healthyTargets(targetGroupArn)).toHaveLength(1)
})

test("the SDK runs a task, stops it and reads its dates", async () => {
  await register("200")
  const { tasks: [started] = [] } = await ecs.runTask({ cluster: "cats", taskDefinition: "auth", startedBy: "test" })
  const task = started?.taskArn
  const describeTask = async () => (await ecs.describeTasks({ cluster: "cats", tasks: [task ?? ""] })).tasks?.[0]
  await vi.waitUntil(async () => (await describeTask())?.lastStatus === "RUNNING", { timeout: 30_000 })
  await ecs.stopTask({ cluster: "cats", task })
  await vi.waitUntil(async () => (await describeTask())?.lastStatus === "STOPPED", { timeout: 30_000 })
  expect(await describeTask()).toMatchObject({
    createdAt: expect.any(Date),
    stoppedAt: expect.any(Date),
    stopCode: "UserInitiated",
    containers: [{ exitCode: 0 }],
  })
})

test("the SDK filters service deployments by date", async () => {
  const createdAt = { after: new Date(Date.now() + 60_000) }
  const { serviceDeployments } = await ecs.listServiceDeployments({ cluster: "cats", service: "auth", createdAt })
  expect(serviceDeployments).toEqual([])
})

test.each([
  ["ClusterNotFoundException", () => ecs.listTasks({ cluster: "dogs" })],
  ["ServiceNotFoundException", () => ecs.updateService({ cluster: "cats", service: "dog" })],
  ["ClientException", () => ecs.describeTaskDefinition({ taskDefinition: "dog" })],
  ["InvalidParameterException", () => ecs.describeServices({ cluster: "cats", services: [] })],
  ["ServiceDeploymentNotFoundException", () => ecs.stopServiceDeployment({ serviceDeploymentArn: "arn:none" })],
  ["UnknownOperationException", () => ecs.discoverPollEndpoint({})],
])("the SDK throws a %s by its name", async (name, call) => {
  await expect(call()).rejects.toMatchObject({ name })
})
