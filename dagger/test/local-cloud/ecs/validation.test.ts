import { expect, test } from "vitest"
import { actionNames } from "../../../local-cloud/ecs/actions/actions.ts"
import { isFargateSize } from "../../../local-cloud/ecs/validation/task-definition.ts"
import { problemOfSize } from "../../../platform/fargate.ts"
import { serviceModel } from "../../contracts/service-model.ts"
import { behindLoadBalancer, fargate, networkConfiguration, running, world, type World } from "./world.ts"

const range = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)

/** Refused as AWS refuses it, with nothing changed. */
function expectRefused(cats: World, [action, input]: [string, object], name: string, message: string | RegExp): void {
  const before = cats.state()
  const words = message instanceof RegExp ? expect.stringMatching(message) : message
  expect(() => cats.call(action, input)).toThrow(expect.objectContaining({ name, message: words, statusCode: 400 }))
  expect(cats.state()).toBe(before)
}

const container = fargate.containerDefinitions[0]!

test.each<[string, object, string | RegExp]>([
  ["a family with a blank", { family: "two cats" }, "Family contains invalid characters."],
  ["a family with a letter that is not ASCII", { family: "kätzchen" }, "Family contains invalid characters."],
  ["a family of 256 characters", { family: "c".repeat(256) }, "Family name must be at most 255 characters."],
  ["Fargate on a bridge", { networkMode: "bridge" }, "Fargate only supports network mode 'awsvpc'."],
  ["Fargate without a network mode", { networkMode: undefined }, "Fargate only supports network mode 'awsvpc'."],
  ["Fargate without CPU", { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
  [
    "Fargate without memory of the task",
    { memory: undefined, containerDefinitions: [{ ...container, memory: 512 }] },
    "Fargate requires that 'memory' be defined at the task level.",
  ],
  ["a pair that Fargate does not have", { memory: "4096" }, "No Fargate configuration exists for given values."],
  ["a size that is none", { cpu: "lots" }, "Invalid 'cpu' setting for task."],
  [
    "Fargate with a privileged container",
    { containerDefinitions: [{ ...container, privileged: true }] },
    "Fargate requires that the 'privileged' setting be 'false'.",
  ],
  [
    "Fargate with logs and no role for them",
    { containerDefinitions: [{ ...container, logConfiguration: { logDriver: "awslogs" } }] },
    "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
  ],
  [
    "secrets and no role for them",
    { containerDefinitions: [{ ...container, secrets: [{ name: "A", valueFrom: "arn:a" }] }] },
    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
  ],
  [
    "no memory at all",
    { requiresCompatibilities: undefined, memory: undefined },
    "Invalid setting for container 'cat'. At least one of 'memory' or 'memoryReservation' must be specified.",
  ],
  [
    "a container's name with a blank",
    { containerDefinitions: [{ ...container, name: "a cat" }] },
    "Container.name contains invalid characters.",
  ],
  [
    "an image with a blank",
    { containerDefinitions: [{ ...container, image: "a cat" }] },
    "Container.image contains invalid characters.",
  ],
  [
    "another port of the host",
    { containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
    "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
  ],
  [
    "more than 64 KiB",
    { containerDefinitions: [{ ...container, command: ["x".repeat(70_000)] }] },
    /^Actual length: '\d+'\. Max allowed length is '65536' bytes\.$/,
  ],
])("a task definition: %s is refused in ECS's words", (_, changes, message) => {
  expectRefused(world(), ["RegisterTaskDefinition", { ...fargate, ...changes }], "ClientException", message)
})

test.each([
  [256, [512, 1024, 2048]],
  [512, [1024, 2048, 3072, 4096]],
  [1024, range(2048, 8192, 1024)],
  [2048, range(4096, 16_384, 1024)],
  [4096, range(8192, 30_720, 1024)],
  [8192, range(16_384, 61_440, 4096)],
  [16_384, range(32_768, 122_880, 8192)],
])("Fargate has %i units of CPU with these sizes of memory, and no other", (cpu, sizes) => {
  const all = range(256, 131_072, 256)
  expect(all.filter((memory) => isFargateSize(cpu, memory))).toEqual(sizes)
  // The manifest's own list, which this ECS may not know.
  expect(all.filter((memory) => problemOfSize(cpu, memory) === undefined)).toEqual(sizes)
})

test.each(["256 and 512", ".25 vCPU and 0.5 GB", "0.25 vcpu and .5GB"])("Fargate takes %s", (sizes) => {
  const [cpu, memory] = sizes.split(" and ")
  expect(world().call("RegisterTaskDefinition", { ...fargate, cpu, memory })).toMatchObject({
    taskDefinition: { compatibilities: ["EC2", "FARGATE"] },
  })
})

test.each<[string, string, object, string | RegExp]>([
  [
    "a launch type that there is none of",
    "RunTask",
    { taskDefinition: "auth", launchType: "MOON" },
    "1 validation error detected: Value 'MOON' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]",
  ],
  [
    "a tag without key",
    "CreateService",
    { serviceName: "cat", taskDefinition: "auth", tags: [{ key: "" }] },
    "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    "a list that lacks what its elements need",
    "UpdateService",
    { service: "auth", deploymentConfiguration: { deploymentCircuitBreaker: { enable: true } } },
    "1 validation error detected: Value null at 'deploymentConfiguration.deploymentCircuitBreaker.rollback' failed to satisfy constraint: Member must not be null",
  ],
  [
    "two faults",
    "CreateService",
    { serviceName: "cat", launchType: "MOON", schedulingStrategy: "SUN" },
    /^2 validation errors detected: .*MOON.*; .*SUN/,
  ],
  [
    "a task that Fargate cannot run",
    "RunTask",
    { taskDefinition: "auth", launchType: "FARGATE" },
    "Task definition does not support launch_type FARGATE.",
  ],
  [
    "a service that Fargate cannot run",
    "CreateService",
    { serviceName: "cat", taskDefinition: "auth", launchType: "FARGATE" },
    "Task definition does not support launch_type FARGATE.",
  ],
  [
    "a grace period without a load balancer",
    "CreateService",
    { serviceName: "cat", taskDefinition: "auth", healthCheckGracePeriodSeconds: 5 },
    "Health check grace period is only valid for services configured to use load balancers",
  ],
  [
    "a grace period below 0",
    "UpdateService",
    { service: "auth", healthCheckGracePeriodSeconds: -1 },
    "healthCheckGracePeriodSeconds must be between 0 and 2147483647.",
  ],
  [
    "percentages that block a deployment",
    "UpdateService",
    { service: "auth", deploymentConfiguration: { maximumPercent: 100 } },
    "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
  ],
  [
    "alarms without a name",
    "UpdateService",
    { service: "auth", deploymentConfiguration: { alarms: { alarmNames: [], enable: true, rollback: true } } },
    "At least one alarm name must be specified when alarms are enabled.",
  ],
])("%s is refused", (_, action, input, message) => {
  expectRefused(running({}), [action, input], "InvalidParameterException", message)
})

test.each<[string, object, string]>([
  ["a text for a number", { desiredCount: "1" }, "STRING_VALUE can not be converted to an Integer"],
  ["a number for a text", { taskDefinition: 1 }, "NUMBER_VALUE can not be converted to a String"],
  ["an object for a list", { loadBalancers: {} }, "STRUCTURE_VALUE can not be converted to a List"],
  ["a list for an object", { deploymentConfiguration: [] }, "LIST_VALUE can not be converted to a Structure"],
])("%s cannot be read", (_, changes, message) => {
  expectRefused(running({}), ["UpdateService", { service: "auth", ...changes }], "SerializationException", message)
})

/** What each operation can be asked without a refusal, for one required member after the other to be left out. */
const asked: Record<string, object> = {
  CreateService: { serviceName: "cat", taskDefinition: "auth" },
  DeregisterTaskDefinition: { taskDefinition: "auth:1" },
  DescribeTaskDefinition: { taskDefinition: "auth" },
  RegisterTaskDefinition: fargate,
  RunTask: { taskDefinition: "cat", networkConfiguration },
}

const required = actionNames.flatMap((action) => {
  const { operations, shapes } = serviceModel("ecs")
  return (shapes[operations[action]!.input!]!.required ?? []).map((member) => [action, member] as const)
})

test.each(required)("%s without %s is refused", (action, member) => {
  const cats = running({}, behindLoadBalancer)
  const before = cats.state()
  expect(() => cats.call(action, { ...asked[action], [member]: undefined })).toThrow(
    expect.objectContaining({ name: expect.stringMatching(/^(InvalidParameter|Client)Exception$/), statusCode: 400 }),
  )
  expect(cats.state()).toBe(before)
})
