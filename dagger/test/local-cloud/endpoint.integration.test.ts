import { afterAll, describe, expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { localCredentials, readHealthCheck } from "../../local-cloud/ministack.ts"
import { startRollouts } from "../../local-cloud/ecs/ecs.ts"
import { startControlPlane } from "../../local-cloud/endpoint.ts"
import { problemsOfAnswer } from "../contracts/answers.ts"
import { ministack } from "../delivery/emulator.ts"
import { manualClock } from "./ecs/manual-clock.ts"

const region = "sa-east-1"
const emulator = connect({ region, endpoint: ministack.url, credentials: localCredentials })
const clock = manualClock()
let port = 40_000
const rollouts = startRollouts({
  driver: {
    async start() {
      const { promise: exited, resolve: exit } = Promise.withResolvers<{ exitCode: number }>()
      return { address: { host: "127.0.0.1", port: port++ }, exited, stop: async () => exit({ exitCode: 0 }) }
    },
    async close() {},
  },
  region,
  account: "000000000000",
  clock,
  targetGroup: (arn) => readHealthCheck(emulator, arn),
  secretValue: async () => "",
  log: () => {},
  probe: async () => ({ kind: "answered", statusCode: 200 }),
})
const controlPlane = await startControlPlane(rollouts, ministack.url)
afterAll(async () => {
  await controlPlane.close()
  await rollouts.close()
})
const aws = connect({ region, endpoint: controlPlane.url, credentials: localCredentials })
const elb = await aws.elb()
const ecs = await aws.ecs()

async function createTargetGroup(Name: string): Promise<string> {
  const { TargetGroups } = await elb.createTargetGroup({
    Name,
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
    VpcId: "vpc",
  })
  return TargetGroups![0]!.TargetGroupArn!
}

test("DescribeTargetHealth knows the targets that are asked for, and no group that is not there", async () => {
  const TargetGroupArn = await createTargetGroup("asked-for")
  await ecs.createCluster({})
  const containerDefinitions = [{ name: "cat", image: "cat", memory: 64, portMappings: [{ containerPort: 80 }] }]
  await ecs.registerTaskDefinition({ family: "cat", containerDefinitions })
  const loadBalancers = [{ targetGroupArn: TargetGroupArn, containerName: "cat", containerPort: 80 }]
  await ecs.createService({ serviceName: "cat", taskDefinition: "cat", desiredCount: 2, loadBalancers })
  await clock.pass(120)

  const describe = async (Targets?: { Id: string; Port?: number }[]) =>
    (await elb.describeTargetHealth({ TargetGroupArn, ...(Targets && { Targets }) })).TargetHealthDescriptions!
  const all = await describe()
  expect(all.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["healthy", "healthy"])
  const [{ Target: second }] = all.slice(1) as [{ Target: { Id: string; Port: number } }]
  expect(await describe([second])).toEqual(all.slice(1))
  expect(await describe([{ Id: second.Id }])).toEqual(all)
  expect(await describe([{ Id: "10.0.0.1", Port: 1 }])).toMatchObject([
    { Target: { Id: "10.0.0.1", Port: 1 }, TargetHealth: { State: "unused", Reason: "Target.NotRegistered" } },
  ])
  await expect(elb.describeTargetHealth({ TargetGroupArn: `${TargetGroupArn}0` })).rejects.toMatchObject({
    name: "TargetGroupNotFoundException",
  })
})

test("an ARN that is none is refused in AWS's words", async () => {
  await expect(elb.describeTargetHealth({ TargetGroupArn: "cat" })).rejects.toMatchObject({
    name: "ValidationError",
    message: "'cat' is not a valid target group ARN",
  })
})

test("a group that no service has is there, without targets", async () => {
  const TargetGroupArn = await createTargetGroup("nobodys")
  expect((await elb.describeTargetHealth({ TargetGroupArn })).TargetHealthDescriptions).toEqual([])
})

test("every answer has a request ID: ECS's, an error's, the load balancer's, ministack's", async () => {
  const answers: { $metadata: { requestId?: string | undefined } }[] = [
    await ecs.describeClusters({}),
    await ecs.listTasks({ cluster: "dogs" }).catch((error: { $metadata: object }) => error),
    await elb.describeTargetHealth({ TargetGroupArn: await createTargetGroup("request-ids") }),
    await (await aws.sts()).getCallerIdentity(),
  ]
  const ids = answers.map(({ $metadata }) => $metadata.requestId)
  expect(ids).toEqual(Array(4).fill(expect.stringMatching(/^[\w-]{8,}$/)))
  expect(new Set(ids).size).toBe(4)
})

describe("what other people's clients ask for", async () => {
  await ecs.createCluster({ clusterName: "others" })
  await ecs.registerTaskDefinition({ family: "old", containerDefinitions: [{ name: "a", image: "a", memory: 64 }] })
  await ecs.deregisterTaskDefinition({ taskDefinition: "old:1" })
  const resourceArn = "arn:aws:ecs:sa-east-1:000000000000:cluster/others"

  test.each<[string, (input: never) => Promise<object>, object, object]>([
    ["ListClusters", ecs.listClusters, {}, { clusterArns: expect.arrayContaining([resourceArn]) }],
    ["TagResource", ecs.tagResource, { resourceArn, tags: [{ key: "team", value: "cats" }] }, {}],
    ["ListTagsForResource", ecs.listTagsForResource, { resourceArn }, { tags: [{ key: "team", value: "cats" }] }],
    ["UntagResource", ecs.untagResource, { resourceArn, tagKeys: ["team"] }, {}],
    ["ListTaskDefinitionFamilies", ecs.listTaskDefinitionFamilies, { familyPrefix: "ol" }, { families: ["old"] }],
    [
      "DeleteTaskDefinitions",
      ecs.deleteTaskDefinitions,
      { taskDefinitions: ["old:1"] },
      { taskDefinitions: [{ status: "DELETE_IN_PROGRESS" }], failures: [] },
    ],
    [
      "DescribeCapacityProviders",
      ecs.describeCapacityProviders,
      { capacityProviders: ["FARGATE"] },
      { capacityProviders: [{ name: "FARGATE", status: "ACTIVE" }] },
    ],
    [
      "ListAccountSettings",
      ecs.listAccountSettings,
      { effectiveSettings: true, name: "taskLongArnFormat" },
      { settings: [{ name: "taskLongArnFormat", value: "enabled" }] },
    ],
    ["ListContainerInstances", ecs.listContainerInstances, { cluster: "others" }, { containerInstanceArns: [] }],
    ["ListServices", ecs.listServices, { cluster: "others", launchType: "EC2" }, { serviceArns: [] }],
    ["ListTasks", ecs.listTasks, { cluster: "others", launchType: "FARGATE" }, { taskArns: [] }],
  ])("%s, with AWS's SDK, and as AWS's model has it on the wire", async (action, call, input, expected) => {
    expect(await call.call(ecs, input as never)).toMatchObject({
      ...expected,
      $metadata: { requestId: expect.any(String) },
    })
    const answer = await fetch(controlPlane.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AmazonEC2ContainerServiceV20141113.${action}`,
      },
      body: JSON.stringify(input),
    })
    expect(problemsOfAnswer(action, await answer.json())).toEqual([])
  })
})

test("a body that is not JSON is the caller's fault", async () => {
  const headers = { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" }
  const answer = await fetch(controlPlane.url, { method: "POST", headers, body: "{" })
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { __type: "SerializationException", message: expect.any(String) },
  ])
})
