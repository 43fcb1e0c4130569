import type * as Aws from "#aws/ecs"
import { expect, test } from "vitest"
import type { Wire } from "../../../local-cloud/ecs/wire.ts"
import { running, world, type World } from "./world.ts"

function run(cats: World, input: object): Wire<Aws.Task> {
  const [task] = cats.call<Aws.RunTaskResponse>("RunTask", input).tasks ?? []
  if (!task) throw new Error("no task was started")
  return task
}

const describeTask = (cats: World, { taskArn }: Wire<Aws.Task>) =>
  cats.call<Aws.DescribeTasksResponse>("DescribeTasks", { tasks: [taskArn] }).tasks?.[0]

const containerOf = (cats: World) =>
  cats.effects.flatMap(({ effect }) => (effect.type === "startContainer" ? [effect.container] : []))[0]

/** Each status that a task shows, with the second at which it first does. */
function walk(cats: World, task: Wire<Aws.Task>, seconds: number): [string | undefined, number][] {
  const seen = new Map<string | undefined, number>()
  const look = () => {
    const status = describeTask(cats, task)?.lastStatus
    if (!seen.has(status)) seen.set(status, cats.seconds())
  }
  for (look(); cats.seconds() < seconds; look()) cats.pass(0.05)
  return [...seen].map(([status, second]) => [status, Math.round(second * 10) / 10])
}

test("a one-off task walks from PROVISIONING to STOPPED, and keeps its container's exit code", () => {
  const cats = world({ migrate: { exitsAfter: 3, exitCode: 2 } })
  cats.register("migrate")
  const task = run(cats, { taskDefinition: "auth", startedBy: "deploy" })
  expect(task).toMatchObject({ lastStatus: "PROVISIONING", startedBy: "deploy", group: "family:auth" })
  expect(walk(cats, task, 6)).toEqual([
    ["PROVISIONING", 0],
    ["PENDING", 0.1],
    ["RUNNING", 1],
    ["DEPROVISIONING", 4],
    ["STOPPED", 4.1],
  ])
  expect(describeTask(cats, task)).toMatchObject({
    desiredStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: [{ exitCode: 2, lastStatus: "STOPPED" }],
  })
})

test("a service's task drains before it stops", () => {
  const cats = running({})
  const [task] = cats.tasks()
  cats.call("StopTask", { task: task?.taskArn, reason: "because" })
  const from = cats.seconds()
  expect(walk(cats, task ?? {}, from + 20).map(([status, second]) => [status, Math.round(second - from)])).toEqual([
    ["DEACTIVATING", 0],
    ["STOPPING", 10],
    ["DEPROVISIONING", 11],
    ["STOPPED", 11],
  ])
  expect(describeTask(cats, task ?? {})).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "because" })
  expect(cats.service()).toMatchObject({ runningCount: 1 })
})

test.each([
  [undefined, 30],
  [5, 5],
  [600, 120],
])("a stopTimeout of %s s: SIGKILL after %i s", (stopTimeout, seconds) => {
  const cats = world({ stubborn: { stopsAfter: "never" } })
  cats.register("stubborn", { stopTimeout })
  const task = run(cats, { taskDefinition: "auth" })
  cats.pass(5)
  cats.call("StopTask", { task: task.taskArn })
  const stops = cats.effects.filter(({ effect }) => effect.type === "stopContainer")
  expect(stops).toMatchObject([{ effect: { timeoutSeconds: seconds } }])
  cats.pass(seconds + 1)
  expect(describeTask(cats, task)).toMatchObject({ lastStatus: "STOPPED", containers: [{ exitCode: 137 }] })
  expect(describeTask(cats, task)?.containers?.[0]?.reason).toBeUndefined()
})

test("a task stopped before it runs never runs, and is not a failure", () => {
  const cats = world({ slow: { startsAfter: 10 } })
  cats.register("slow")
  const task = run(cats, { taskDefinition: "auth" })
  cats.pass(1)
  cats.call("StopTask", { task: task.taskArn })
  const statuses = walk(cats, task, 15).map(([status]) => status)
  expect(statuses).toEqual(["STOPPING", "DEPROVISIONING", "STOPPED"])
  expect(describeTask(cats, task)).toMatchObject({ stopCode: "UserInitiated" })
})

test("exit code 137 that nobody asked for is reported as out of memory", () => {
  const cats = world({ greedy: { exitsAfter: 1, exitCode: 137 } })
  cats.register("greedy")
  const task = run(cats, { taskDefinition: "auth" })
  cats.pass(5)
  expect(describeTask(cats, task)).toMatchObject({
    containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
  })
})

test("overrides replace the command and add to the environment", () => {
  const cats = world()
  cats.register("auth", {
    command: ["serve"],
    environment: [
      { name: "KEPT", value: "yes" },
      { name: "LEVEL", value: "info" },
    ],
    secrets: [{ name: "JWT_SECRET", valueFrom: "arn:secret" }],
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": "/cats/auth", "awslogs-stream-prefix": "ecs", "awslogs-region": "sa-east-1" },
    },
  })
  const environment = [{ name: "LEVEL", value: "debug" }]
  const overrides = { containerOverrides: [{ name: "auth", command: ["alembic", "upgrade", "head"], environment }] }
  const task = run(cats, { taskDefinition: "auth", overrides })
  expect(task.overrides).toEqual(overrides)
  expect(containerOf(cats)).toEqual({
    image: "auth",
    command: ["alembic", "upgrade", "head"],
    environment: { KEPT: "yes", LEVEL: "debug" },
    secrets: [{ name: "JWT_SECRET", valueFrom: "arn:secret" }],
    port: 8005,
    log: { group: "/cats/auth", stream: `ecs/auth/${task.taskArn?.split("/").at(-1)}` },
  })
})

test("a client token that is used again gives the same task, and is refused with other parameters", () => {
  const cats = world()
  cats.register("auth")
  const first = run(cats, { taskDefinition: "auth", clientToken: "once" })
  expect(run(cats, { taskDefinition: "auth", clientToken: "once" }).taskArn).toBe(first.taskArn)
  expect(() => run(cats, { taskDefinition: "auth", clientToken: "once", count: 2 })).toThrow(
    expect.objectContaining({ name: "ConflictException" }),
  )
})

test("a stopped task is seen for an hour, and then forgotten", () => {
  const cats = world({ short: { exitsAfter: 1 } })
  cats.register("short")
  const task = run(cats, { taskDefinition: "auth" })
  cats.pass(3600)
  expect(describeTask(cats, task)).toBeDefined()
  cats.pass(5)
  expect(cats.call("DescribeTasks", { tasks: [task.taskArn] })).toEqual({
    tasks: [],
    failures: [{ arn: task.taskArn, reason: "MISSING" }],
  })
})
