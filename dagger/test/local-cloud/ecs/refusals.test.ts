import { expect, test } from "vitest"
import { fargate, running, world } from "./world.ts"

const arn = "arn:aws:ecs:sa-east-1:123456789012"

test.each([
  ["an unknown action", "MakeCoffee", {}, "UnknownOperationException", "no action MakeCoffee"],
  ["an action by the name of a method", "toString", {}, "UnknownOperationException", "no action toString"],
  ["an unknown cluster", "ListTasks", { cluster: "dogs" }, "ClusterNotFoundException", "Cluster not found."],
  ["an unknown service", "UpdateService", { service: "dog" }, "ServiceNotFoundException", "Service not found."],
  ["an update without service", "UpdateService", {}, "InvalidParameterException", "service cannot be empty."],
  [
    "an unknown task definition",
    "DescribeTaskDefinition",
    { taskDefinition: "dog:1" },
    "ClientException",
    "Unable to describe task definition.",
  ],
  [
    "an update to an unknown task definition",
    "UpdateService",
    { service: "auth", taskDefinition: "auth:99" },
    "ClientException",
    "TaskDefinition not found.",
  ],
  [
    "a second service of the same name",
    "CreateService",
    { serviceName: "auth", taskDefinition: "auth" },
    "InvalidParameterException",
    "Creation of service was not idempotent.",
  ],
  [
    "a load balancer's port that the container does not map",
    "CreateService",
    { serviceName: "cat", taskDefinition: "auth", loadBalancers: [{ containerName: "auth", containerPort: 1 }] },
    "InvalidParameterException",
    "The container auth did not have a container port 1 defined.",
  ],
  [
    "a target group that nobody described",
    "CreateService",
    {
      serviceName: "cat",
      taskDefinition: "auth",
      loadBalancers: [{ containerName: "auth", containerPort: 8005, targetGroupArn: "arn:none" }],
    },
    "InvalidParameterException",
    "The target group with targetGroupArn arn:none does not exist.",
  ],
  [
    "a strategy that is not rolling",
    "UpdateService",
    { service: "auth", deploymentConfiguration: { strategy: "BLUE_GREEN" } },
    "InvalidParameterException",
    "The BLUE_GREEN strategy needs alternateTargetGroupArn",
  ],
  [
    "eleven services at once",
    "DescribeServices",
    { services: Array(11).fill("auth") },
    "InvalidParameterException",
    "more than 10",
  ],
  ["no services", "DescribeServices", {}, "InvalidParameterException", "services cannot be empty."],
  ["101 tasks", "DescribeTasks", { tasks: Array(101).fill("a") }, "InvalidParameterException", "more than 100"],
  [
    "21 service deployments",
    "DescribeServiceDeployments",
    { serviceDeploymentArns: Array(21).fill(arn) },
    "InvalidParameterException",
    "more than 20",
  ],
  [
    "21 service revisions",
    "DescribeServiceRevisions",
    { serviceRevisionArns: Array(21).fill(arn) },
    "InvalidParameterException",
    "more than 20",
  ],
  ["a page of 101", "ListTasks", { maxResults: 101 }, "InvalidParameterException", "between 1 and 100"],
  ["a token that is none", "ListTasks", { nextToken: "?" }, "InvalidParameterException", "Invalid token."],
  ["an unknown task", "StopTask", { task: "a" }, "InvalidParameterException", "The referenced task was not found."],
  [
    "eleven tasks to run",
    "RunTask",
    { taskDefinition: "auth", count: 11 },
    "InvalidParameterException",
    "count must be",
  ],
  [
    "an override for another container",
    "RunTask",
    { taskDefinition: "auth", overrides: { containerOverrides: [{ name: "dog" }] } },
    "InvalidParameterException",
    "Override for container named dog is not a container in the TaskDefinition.",
  ],
  [
    "overrides that are too long",
    "RunTask",
    { taskDefinition: "auth", overrides: { containerOverrides: [{ name: "auth", command: ["x".repeat(9000)] }] } },
    "InvalidParameterException",
    "8192",
  ],
  [
    "a task definition without container",
    "RegisterTaskDefinition",
    { family: "cat" },
    "ClientException",
    "Container list cannot be empty.",
  ],
  [
    "deregistering without a revision",
    "DeregisterTaskDefinition",
    { taskDefinition: "auth" },
    "InvalidParameterException",
    "Invalid revision number.",
  ],
])("%s is refused as AWS refuses it, and changes nothing", (_, action, input, name, message) => {
  const cats = running({})
  const before = cats.state()
  expect(() => cats.call(action, input)).toThrow(
    expect.objectContaining({ name, message: expect.stringContaining(message), statusCode: 400 }),
  )
  expect(cats.state()).toBe(before)
})

test("awsvpc requires a network configuration, of services and of tasks", () => {
  const cats = world()
  cats.call("RegisterTaskDefinition", fargate)
  const refused = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
  expect(() => cats.call("RunTask", { taskDefinition: "cat" })).toThrow(refused)
  expect(() => cats.call("CreateService", { serviceName: "cat", taskDefinition: "cat" })).toThrow(refused)
})

test("a service that was deleted is not updated", () => {
  const cats = running({})
  cats.call("DeleteService", { service: "auth", force: true })
  expect(() => cats.call("UpdateService", { service: "auth", desiredCount: 1 })).toThrow(
    expect.objectContaining({ name: "ServiceNotActiveException" }),
  )
})

test.each([
  ["-1", -1, "InvalidParameterException"],
  ["a fraction", 1.5, "SerializationException"],
  ["more than the quota of tasks per service", 5001, "InvalidParameterException"],
])("a desired count of %s is refused; the scheduler would never reach it", (_, desiredCount, name) => {
  const cats = running({})
  const refused = expect.objectContaining({ name, statusCode: 400 })
  expect(() => cats.call("UpdateService", { service: "auth", desiredCount })).toThrow(refused)
  const create = { serviceName: "cat", taskDefinition: "auth", desiredCount }
  expect(() => cats.call("CreateService", create)).toThrow(refused)
})
