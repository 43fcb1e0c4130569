import { afterEach, expect, test, vi } from "vitest"
import type { RolloutsOptions } from "../../../local-cloud/ecs/options.ts"
import { startRollouts, type Rollouts } from "../../../local-cloud/ecs/ecs.ts"
import { StartFailure, type TaskDriver, type TaskLaunch } from "../../../local-cloud/task-driver.ts"
import { manualClock } from "./manual-clock.ts"
import { behindLoadBalancer, check, targetGroupArn } from "./world.ts"

const open: Rollouts[] = []
afterEach(() => Promise.all(open.splice(0).map((rollouts) => rollouts.close())))

/** A driver whose containers run until they are stopped; it refuses the image `missing`. */
function fakeDriver() {
  const launches: TaskLaunch[] = []
  const stops: number[] = []
  const driver: TaskDriver = {
    async start(launch) {
      launches.push(launch)
      if (launch.image === "missing") throw new StartFailure("CannotPullContainerError: missing: not found")
      if (launch.image === "broken") throw new Error("no room on the disk")
      const { promise: exited, resolve: exit } = Promise.withResolvers<{ exitCode: number }>()
      return {
        address: { host: "127.0.0.1", port: 40_000 + launches.length },
        exited,
        async stop(timeoutSeconds) {
          stops.push(timeoutSeconds)
          exit({ exitCode: 0 })
        },
      }
    },
    close: vi.fn(async () => {}),
  }
  return { driver, launches, stops }
}

async function cloud(options: Partial<RolloutsOptions> = {}) {
  const clock = manualClock()
  const fake = fakeDriver()
  const rollouts = startRollouts({
    driver: fake.driver,
    region: "sa-east-1",
    account: "123456789012",
    clock,
    targetGroup: async () => check,
    secretValue: async (valueFrom) => `value of ${valueFrom}`,
    log: () => {},
    probe: async () => ({ kind: "answered", statusCode: 200 }),
    ...options,
  })
  open.push(rollouts)
  await rollouts.call("CreateCluster", {})
  return { clock, rollouts, ...fake }
}

async function run(rollouts: Rollouts, image: string, container: object = {}) {
  const containerDefinitions = [
    { name: "auth", image, memory: 512, portMappings: [{ containerPort: 8005 }], ...container },
  ]
  const executionRoleArn = "arn:aws:iam::123456789012:role/execution"
  await rollouts.call("RegisterTaskDefinition", { family: "auth", executionRoleArn, containerDefinitions })
  await rollouts.call("RunTask", { taskDefinition: "auth" })
}

async function stoppedTask({ clock, rollouts }: Awaited<ReturnType<typeof cloud>>) {
  await clock.pass(1)
  const { taskArns } = (await rollouts.call("ListTasks", { desiredStatus: "STOPPED" })) as { taskArns: string[] }
  const { tasks } = (await rollouts.call("DescribeTasks", { tasks: taskArns })) as { tasks: unknown[] }
  return tasks[0]
}

test("a container is started with its secrets resolved, and its lines go to its log stream", async () => {
  const log = vi.fn()
  const cats = await cloud({ log })
  await run(cats.rollouts, "auth", {
    secrets: [{ name: "JWT_SECRET", valueFrom: "arn:jwt" }],
    environment: [{ name: "LEVEL", value: "info" }],
    logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/cats", "awslogs-stream-prefix": "ecs" } },
  })
  await cats.clock.pass(1)
  const [launch] = cats.launches
  expect(launch).toMatchObject({
    taskId: expect.stringMatching(/^[0-9a-f]{32}$/),
    image: "auth",
    port: 8005,
    environment: { JWT_SECRET: "value of arn:jwt", LEVEL: "info" },
  })
  launch?.onLine("hello")
  const timestamp = cats.clock.now()
  expect(log).toHaveBeenCalledWith({ group: "/cats", stream: `ecs/auth/${launch?.taskId}`, line: "hello", timestamp })
})

test.each([
  ["missing", "CannotPullContainerError: missing: not found"],
  ["broken", "CannotStartContainerError: no room on the disk"],
])("an image that is %s stops the task before it ran", async (image, stoppedReason) => {
  const cats = await cloud()
  await run(cats.rollouts, image)
  expect(await stoppedTask(cats)).toMatchObject({ stopCode: "TaskFailedToStart", stoppedReason, lastStatus: "STOPPED" })
})

test("a secret that cannot be read stops the task before it ran", async () => {
  const cats = await cloud({ secretValue: () => Promise.reject(new Error("no such secret")) })
  await run(cats.rollouts, "auth", { secrets: [{ name: "JWT_SECRET", valueFrom: "arn:jwt" }] })
  expect(await stoppedTask(cats)).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: "ResourceInitializationError: unable to pull secrets or registry auth: no such secret",
  })
  expect(cats.launches).toEqual([])
})

test("a service's task is probed, takes requests when healthy, and is stopped with its time-out", async () => {
  const { clock, rollouts, stops } = await cloud()
  await run(rollouts, "auth", { stopTimeout: 7 })
  const service = { serviceName: "auth", taskDefinition: "auth", desiredCount: 1 }
  await rollouts.call("CreateService", { ...service, ...behindLoadBalancer })
  await clock.pass(1)
  expect(rollouts.healthyTargets(targetGroupArn)).toEqual([])
  await clock.pass(5)
  expect(rollouts.healthyTargets(targetGroupArn)).toEqual([{ host: "127.0.0.1", port: 40_002 }])
  expect(rollouts.targetHealth(targetGroupArn)).toMatchObject([
    { Target: { Id: "127.0.0.1", Port: 40_002 }, HealthCheckPort: "40002", TargetHealth: { State: "healthy" } },
  ])
  await rollouts.call("UpdateService", { service: "auth", desiredCount: 0 })
  expect(rollouts.healthyTargets(targetGroupArn)).toEqual([])
  await clock.pass(11)
  expect(stops).toEqual([7])
  expect(rollouts.targetHealth(targetGroupArn)).toEqual([])
})

test("a target group that does not exist is refused", async () => {
  const { rollouts } = await cloud({ targetGroup: () => Promise.reject(new Error("not found")) })
  await run(rollouts, "auth")
  const service = { serviceName: "auth", taskDefinition: "auth", desiredCount: 1 }
  await expect(rollouts.call("CreateService", { ...service, ...behindLoadBalancer })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: `Unable to describe target group ${targetGroupArn}: not found`,
  })
})

test("close stops the tasks, and nothing is started after it", async () => {
  const cats = await cloud({ secretValue: async () => "late" })
  await run(cats.rollouts, "auth", { secrets: [{ name: "JWT_SECRET", valueFrom: "arn:jwt" }] })
  await cats.rollouts.close()
  await cats.clock.pass(60)
  expect(cats.driver.close).toHaveBeenCalled()
  expect(cats.launches).toEqual([])
  await expect(cats.rollouts.call("ListTasks", {})).rejects.toMatchObject({ name: "ServerException", statusCode: 500 })
})
