import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { expect, onTestFinished, test, vi } from "vitest"
import { connect } from "../../aws/clients.ts"
import { localCredentials } from "../../local-cloud/ministack.ts"
import { watchFamily } from "../node/processes.ts"
import { repositoryRoot } from "../platform-copy.ts"

const program = join(repositoryRoot, "dagger", "node", "local-cloud.ts")

/** Starts the local cloud alone. */
async function start() {
  const child = spawn(process.execPath, [program, "--region", "sa-east-1"], { cwd: repositoryRoot })
  const leftovers = watchFamily(child.pid!)
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
  onTestFinished(() => void child.kill("SIGKILL"))
  let endpoint: string | undefined
  for await (const line of createInterface(child.stdout)) {
    endpoint = /^AWS is at (\S+),/.exec(line)?.[1]
    if (endpoint) break
  }
  child.stdout.resume()
  return { child, ended, leftovers, endpoint: endpoint! }
}

test("any client makes a service behind a load balancer, of commands of this machine, and SIGTERM leaves nothing behind", async () => {
  const { child, ended, leftovers, endpoint } = await start()
  const aws = connect({ region: "sa-east-1", endpoint, credentials: localCredentials })
  const [ecs, elb] = [await aws.ecs(), await aws.elb()]
  await ecs.createCluster({ clusterName: "cats" })
  const { TargetGroups } = await elb.createTargetGroup({
    Name: "web",
    Protocol: "HTTP",
    Port: 80,
    TargetType: "ip",
    VpcId: "vpc",
    HealthCheckIntervalSeconds: 5,
    HealthyThresholdCount: 2,
  })
  const targetGroupArn = TargetGroups![0]!.TargetGroupArn!
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: "front", Subnets: ["subnet-1", "subnet-2"] })
  await elb.createListener({
    LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn,
    Protocol: "HTTP",
    Port: 80,
    DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
  })
  const says = `require("http").createServer((_, r) => r.end(process.env.WORD)).listen(process.env.PORT, "127.0.0.1")`
  await ecs.registerTaskDefinition({
    family: "web",
    containerDefinitions: [
      {
        name: "web",
        image: "web",
        memory: 64,
        command: [process.execPath, "-e", says],
        environment: [{ name: "WORD", value: "purr" }],
        portMappings: [{ containerPort: 80 }],
      },
    ],
  })
  await ecs.createService({
    cluster: "cats",
    serviceName: "web",
    taskDefinition: "web",
    desiredCount: 1,
    loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 80 }],
  })
  await vi.waitUntil(async () => (await fetch(`${endpoint}/_alb/front/`)).ok, { timeout: 60_000, interval: 200 })
  expect(await (await fetch(`${endpoint}/_alb/front/`)).text()).toBe("purr")

  child.kill("SIGTERM")
  expect(await ended).toBe(130)
  const { seen, left } = await leftovers()
  // Itself, ministack, the watchdog and the task
  expect(seen).toBeGreaterThanOrEqual(4)
  expect(left).toEqual([])
})

test("a task without a command stops, and says what it would need", async () => {
  const { child, ended, endpoint } = await start()
  const ecs = await connect({ region: "sa-east-1", endpoint, credentials: localCredentials }).ecs()
  await ecs.createCluster({})
  await ecs.registerTaskDefinition({ family: "web", containerDefinitions: [{ name: "web", image: "web", memory: 64 }] })
  const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: "web" })
  const describe = async () => (await ecs.describeTasks({ tasks: [task!.taskArn!] })).tasks![0]!
  await vi.waitUntil(async () => (await describe()).lastStatus === "STOPPED", { timeout: 30_000, interval: 100 })
  expect(await describe()).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: expect.stringMatching(/^CannotPullContainerError: web: .*give the container a command/),
  })
  child.kill("SIGINT")
  expect(await ended).toBe(130)
})
