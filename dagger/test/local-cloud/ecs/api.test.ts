import type * as Aws from "#aws/ecs"
import { expect, test } from "vitest"
import { behindLoadBalancer, fargate, deploy, finish, running, world } from "./world.ts"

const arn = "arn:aws:ecs:sa-east-1:123456789012"

test("what does not exist is a failure MISSING beside what does", () => {
  const cats = running({})
  expect(cats.call("DescribeServices", { services: ["auth", "dog"] })).toMatchObject({
    services: [{ serviceName: "auth" }],
    failures: [{ arn: `${arn}:service/cats/dog`, reason: "MISSING" }],
  })
  expect(cats.call("DescribeClusters", { clusters: ["cats", "dogs"] })).toMatchObject({
    clusters: [{ clusterName: "cats", runningTasksCount: 1, activeServicesCount: 1 }],
    failures: [{ arn: `${arn}:cluster/dogs`, reason: "MISSING" }],
  })
  expect(cats.call("DescribeServiceDeployments", { serviceDeploymentArns: ["arn:none"] })).toMatchObject({
    serviceDeployments: [],
    failures: [{ arn: "arn:none", reason: "MISSING" }],
  })
})

test("an ARN does where a name does", () => {
  const cats = running({})
  const byArn = cats.call("DescribeServices", {
    cluster: `${arn}:cluster/cats`,
    services: [`${arn}:service/cats/auth`],
  })
  expect(byArn).toMatchObject({ services: [{ serviceName: "auth" }], failures: [] })
})

test("a task definition keeps all that was registered, and its revisions count on after one is deregistered", () => {
  const cats = world()
  const registered = {
    family: "cat",
    cpu: "256",
    runtimePlatform: { cpuArchitecture: "ARM64" },
    containerDefinitions: [
      { name: "cat", image: "cat", memory: 64, dockerLabels: { purr: "yes" }, portMappings: [{ containerPort: 1 }] },
    ],
    tags: [{ key: "git", value: "4f1c09" }],
    ephemeralStorage: { sizeInGiB: 30 },
  }
  cats.call("RegisterTaskDefinition", { ...registered, somethingNew: { from: "AWS" }, pidMode: null })
  const { tags, containerDefinitions, ...settings } = registered
  expect(cats.call("DescribeTaskDefinition", { taskDefinition: "cat", include: ["TAGS"] })).toMatchObject({
    taskDefinition: { ...settings, revision: 1, status: "ACTIVE", containerDefinitions },
    tags,
  })
  cats.call("DeregisterTaskDefinition", { taskDefinition: "cat:1" })
  expect(() => cats.call("DescribeTaskDefinition", { taskDefinition: "cat" })).toThrow("Unable to describe")
  expect(() => cats.call("RunTask", { taskDefinition: "cat:1" })).toThrow("TaskDefinition is inactive")
  cats.call("RegisterTaskDefinition", registered)
  expect(cats.call("ListTaskDefinitions", { familyPrefix: "cat" })).toEqual({
    taskDefinitionArns: [`${arn}:task-definition/cat:2`],
  })
})

test("a list comes in pages, each item once", () => {
  const cats = world()
  for (let count = 0; count < 45; count++) cats.register("auth")
  const pages: string[][] = []
  let nextToken: string | undefined
  do {
    const answer: Aws.ListTaskDefinitionsResponse = cats.call("ListTaskDefinitions", { maxResults: 20, nextToken })
    pages.push(answer.taskDefinitionArns ?? [])
    nextToken = answer.nextToken
  } while (nextToken)
  expect(pages.map(({ length }) => length)).toEqual([20, 20, 5])
  expect(new Set(pages.flat()).size).toBe(45)
})

test("service deployments are listed newest first, by status and by time of creation", () => {
  const cats = running({})
  const between = cats.now() / 1000
  deploy(cats, "better")
  const list = (input: object) =>
    cats.call<Aws.ListServiceDeploymentsResponse>("ListServiceDeployments", { service: "auth", ...input })
      .serviceDeployments ?? []
  expect(list({}).map(({ status }) => status)).toEqual(["IN_PROGRESS", "SUCCESSFUL"])
  expect(list({ status: ["SUCCESSFUL"] })).toHaveLength(1)
  expect(list({ createdAt: { after: between } })).toMatchObject([{ status: "IN_PROGRESS" }])
  expect(list({ createdAt: { before: between - 1 } })).toMatchObject([{ status: "SUCCESSFUL" }])
  expect(list({})[0]?.serviceDeploymentArn).toMatch(/:service-deployment\/cats\/auth\/[\w-]{21}$/)
})

test("a service deployment leads to its revision, and the revision to its task definition", () => {
  const cats = running({})
  deploy(cats, "better")
  const { targetServiceRevision } = cats.serviceDeployment() ?? {}
  expect(targetServiceRevision?.arn).toMatch(/:service-revision\/cats\/auth\/\d{19}$/)
  expect(cats.call("DescribeServiceRevisions", { serviceRevisionArns: [targetServiceRevision?.arn] })).toMatchObject({
    serviceRevisions: [{ taskDefinition: `${arn}:task-definition/auth:2`, containerImages: [{ image: "better" }] }],
    failures: [],
  })
})

test("tasks are listed by service, family, startedBy and desired status", () => {
  const cats = running({}, { desiredCount: 2 })
  cats.call("RegisterTaskDefinition", {
    family: "cat",
    containerDefinitions: [{ name: "cat", image: "cat", memory: 64 }],
  })
  cats.call("RunTask", { taskDefinition: "cat", startedBy: "deploy", count: 3 })
  const count = (input: object) => cats.call<Aws.ListTasksResponse>("ListTasks", input).taskArns?.length
  expect(count({})).toBe(5)
  expect(count({ serviceName: "auth" })).toBe(2)
  expect(count({ family: "cat" })).toBe(3)
  expect(count({ startedBy: "deploy" })).toBe(3)
  expect(count({ desiredStatus: "STOPPED" })).toBe(0)
})

test("a service is described with all that it was created with", () => {
  const cats = world()
  const settings = {
    launchType: "FARGATE",
    healthCheckGracePeriodSeconds: 30,
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], assignPublicIp: "ENABLED" } },
    enableExecuteCommand: true,
    propagateTags: "SERVICE",
    ...behindLoadBalancer,
  }
  const tags = [{ key: "team", value: "cats" }]
  const containerDefinitions = [{ name: "auth", image: "good", portMappings: [{ containerPort: 8005 }] }]
  const registered = cats.call<Aws.RegisterTaskDefinitionResponse>("RegisterTaskDefinition", {
    ...fargate,
    containerDefinitions,
  })
  const taskDefinition = registered.taskDefinition?.taskDefinitionArn
  cats.call("CreateService", { serviceName: "auth", taskDefinition, desiredCount: 1, tags, ...settings })
  finish(cats)
  expect(cats.service()).toMatchObject({ ...settings, taskDefinition, desiredCount: 1, status: "ACTIVE" })
  expect(cats.service().tags).toBeUndefined()
  expect(cats.call("DescribeServices", { services: ["auth"], include: ["TAGS"] })).toMatchObject({
    services: [{ tags }],
  })
  expect(cats.call("ListServices")).toMatchObject({ serviceArns: [`${arn}:service/cats/auth`] })
})

test("a cluster is deleted once its services and tasks are gone, and its name is free again", () => {
  const cats = running({})
  const deleteCluster = () => cats.call("DeleteCluster", { cluster: "cats" })
  expect(deleteCluster).toThrow("while Services are active")
  cats.call("DeleteService", { service: "auth", force: true })
  expect(deleteCluster).toThrow("while Services are active")
  cats.pass(20)
  expect(deleteCluster()).toMatchObject({ cluster: { clusterName: "cats", status: "INACTIVE" } })
  expect(cats.call("DescribeClusters", { clusters: ["cats"] })).toMatchObject({ failures: [{ reason: "MISSING" }] })
  cats.call("CreateCluster", { clusterName: "cats" })
  expect(cats.call("ListServices", { cluster: "cats" })).toEqual({ serviceArns: [] })
})
