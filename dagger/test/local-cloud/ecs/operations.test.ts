import type * as Aws from "#aws/ecs"
import { describe, expect, test } from "vitest"
import { fargate, networkConfiguration, running, world, type World } from "./world.ts"

const arn = "arn:aws:ecs:sa-east-1:123456789012"

const tagsOf = (cats: World, resourceArn: string) =>
  cats.call<Aws.ListTagsForResourceResponse>("ListTagsForResource", { resourceArn }).tags

test.each([
  ["cluster", () => `${arn}:cluster/cats`],
  ["service", () => `${arn}:service/cats/auth`],
  ["task", (cats: World) => cats.tasks()[0]!.taskArn!],
  ["task definition", () => `${arn}:task-definition/auth:1`],
])("a %s is tagged and untagged, a tag of the same key in the place of the former", (_, arnIn) => {
  const cats = running({})
  const resourceArn = arnIn(cats)
  const tag = (...tags: Aws.Tag[]) => cats.call("TagResource", { resourceArn, tags })
  expect(tagsOf(cats, resourceArn)).toEqual([])
  tag({ key: "team", value: "cats" }, { key: "cost", value: "1" })
  tag({ key: "cost", value: "2" })
  expect(tagsOf(cats, resourceArn)).toEqual([
    { key: "team", value: "cats" },
    { key: "cost", value: "2" },
  ])
  cats.call("UntagResource", { resourceArn, tagKeys: ["team", "none"] })
  expect(tagsOf(cats, resourceArn)).toEqual([{ key: "cost", value: "2" }])
})

test.each([
  ["ListTagsForResource", "arn:aws:ecs:sa-east-1:123456789012:service/cats/dog", "InvalidParameterException"],
  ["TagResource", "arn:aws:ecs:sa-east-1:123456789012:service/cats/dog", "ResourceNotFoundException"],
  ["UntagResource", "arn:aws:ecs:sa-east-1:123456789012:capacity-provider/none", "ResourceNotFoundException"],
  ["TagResource", "auth", "InvalidParameterException"],
])("%s of %s: %s", (action, resourceArn, name) => {
  const call = () => running({}).call(action, { resourceArn, tags: [], tagKeys: [] })
  expect(call).toThrow(expect.objectContaining({ name }))
})

test("clusters are listed in pages", () => {
  const cats = world()
  cats.call("CreateCluster", { clusterName: "dogs" })
  const first = cats.call<Aws.ListClustersResponse>("ListClusters", { maxResults: 1 })
  expect(first.clusterArns).toEqual([`${arn}:cluster/cats`])
  expect(cats.call("ListClusters", { nextToken: first.nextToken })).toEqual({ clusterArns: [`${arn}:cluster/dogs`] })
})

describe("task definitions", () => {
  function families() {
    const cats = world()
    for (const family of ["auth", "auth-migrate", "catalog", "catalog"])
      cats.call("RegisterTaskDefinition", { family, containerDefinitions: [{ name: "cat", image: "cat", memory: 64 }] })
    cats.call("DeregisterTaskDefinition", { taskDefinition: "auth-migrate:1" })
    return cats
  }

  test.each([
    [{}, ["auth", "auth-migrate", "catalog"]],
    [{ status: "ACTIVE" }, ["auth", "catalog"]],
    [{ status: "INACTIVE" }, ["auth-migrate"]],
    [{ familyPrefix: "auth" }, ["auth", "auth-migrate"]],
  ])("families for %o", (input, expected) => {
    expect(families().call("ListTaskDefinitionFamilies", input)).toEqual({ families: expected })
  })

  test("what is INACTIVE is deleted, what is ACTIVE or not there is a failure", () => {
    const cats = families()
    const taskDefinitions = ["auth-migrate:1", "auth:1", "dog:1"]
    expect(cats.call("DeleteTaskDefinitions", { taskDefinitions })).toMatchObject({
      taskDefinitions: [{ family: "auth-migrate", status: "DELETE_IN_PROGRESS" }],
      failures: [
        { arn: `${arn}:task-definition/auth:1`, reason: expect.stringContaining("still in ACTIVE status") },
        { arn: "dog:1", reason: expect.stringContaining("does not exist") },
      ],
    })
    expect(() => cats.call("RunTask", { taskDefinition: "auth-migrate:1" })).toThrow("TaskDefinition is inactive")
    expect(cats.call("ListTaskDefinitions", { status: "DELETE_IN_PROGRESS" })).toEqual({
      taskDefinitionArns: [`${arn}:task-definition/auth-migrate:1`],
    })
  })

  test("a family by the name of an object's own property is one like any other", () => {
    const cats = world()
    cats.call("RegisterTaskDefinition", {
      family: "__proto__",
      containerDefinitions: [{ name: "a", image: "a", memory: 64 }],
    })
    expect(cats.call("DescribeTaskDefinition", { taskDefinition: "__proto__:1" })).toMatchObject({
      taskDefinition: { revision: 1 },
    })
  })
})

test("tags are described where they are asked for, and only there", () => {
  const cats = world()
  const tags = [{ key: "team", value: "cats" }]
  cats.call("CreateCluster", { clusterName: "dogs", tags })
  cats.call("RegisterTaskDefinition", { ...fargate, tags })
  const { tasks = [] } = cats.call<Aws.RunTaskResponse>("RunTask", {
    taskDefinition: "cat",
    networkConfiguration,
    tags,
  })
  const described = (include?: string[]) => {
    const asked = include ? { include } : {}
    const { clusters } = cats.call<Aws.DescribeClustersResponse>("DescribeClusters", { clusters: ["dogs"], ...asked })
    const arns = tasks.map(({ taskArn }) => taskArn)
    return [
      clusters?.[0]?.tags,
      cats.call<Aws.DescribeTaskDefinitionResponse>("DescribeTaskDefinition", { taskDefinition: "cat", ...asked }).tags,
      cats.call<Aws.DescribeTasksResponse>("DescribeTasks", { tasks: arns, ...asked }).tasks?.[0]?.tags,
    ]
  }
  expect(described()).toEqual([undefined, undefined, undefined])
  expect(described(["TAGS"])).toEqual([tags, tags, tags])
})

test("services and tasks are listed by launch type", () => {
  const cats = running({})
  cats.call("RegisterTaskDefinition", fargate)
  cats.call("RunTask", { taskDefinition: "cat", launchType: "FARGATE", networkConfiguration })
  const services = (input: object) => cats.call<Aws.ListServicesResponse>("ListServices", input).serviceArns?.length
  const tasks = (input: object) => cats.call<Aws.ListTasksResponse>("ListTasks", input).taskArns?.length
  expect(
    [
      {},
      { launchType: "FARGATE" },
      { launchType: "EC2" },
      { schedulingStrategy: "DAEMON" },
      { resourceManagementType: "ECS" },
    ].map(services),
  ).toEqual([1, 0, 1, 0, 0])
  expect([{}, { launchType: "FARGATE" }, { launchType: "EC2" }, { containerInstance: "i-1" }].map(tasks)).toEqual([
    2, 1, 1, 0,
  ])
})

test("an account has the defaults and Fargate's capacity providers, and no container instance", () => {
  const cats = world()
  expect(cats.call("ListAccountSettings")).toEqual({ settings: [] })
  expect(cats.call("ListAccountSettings", { effectiveSettings: true, name: "taskLongArnFormat" })).toMatchObject({
    settings: [{ name: "taskLongArnFormat", value: "enabled" }],
  })
  expect(cats.call("DescribeCapacityProviders", { capacityProviders: ["FARGATE", "none"] })).toMatchObject({
    capacityProviders: [{ name: "FARGATE", status: "ACTIVE" }],
    failures: [{ reason: "MISSING" }],
  })
  expect(cats.call("ListContainerInstances")).toEqual({ containerInstanceArns: [] })
})
