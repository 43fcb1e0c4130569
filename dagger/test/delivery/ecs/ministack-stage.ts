import { join } from "node:path"
import { onTestFinished } from "vitest"
import { connect, type Aws } from "../../../aws/clients.ts"
import type { Target } from "../../../delivery/target.ts"
import { localCredentials } from "../../../local-cloud/ministack.ts"
import { startMinistack } from "../../../node/processes/ministack.ts"
import { systemClock } from "../../../platform/clock.ts"
import { parsePlatform, type Platform } from "../../../platform/manifest.ts"
import type { Progress } from "../../../platform/progress.ts"
import { manifest } from "../../platform/manifests.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { createSecrets, createServices, scripted, type Behaviour } from "../stage.ts"
import { startDocker } from "./docker.ts"
import { isRouted } from "../../../platform/service.ts"

/** A cluster in ministack's own ECS, with services at 0 tasks, whose containers behave as their version is said to. */
export async function ministackStage(behaviours: Record<string, Behaviour> = {}) {
  // Where its load balancers take requests for, which are not signed
  const platform = parsePlatform(manifest((platform) => (platform.region = "us-east-1")))
  const serviceOf = (image: string) => platform.services.find(({ name }) => image.includes(`/${name}@`))!
  const docker = await startDocker({
    driver: scripted(behaviours),
    has: (image) => !behaviours[image.split("sha256:")[1]!]?.missing,
    portOf: (image) => serviceOf(image).route!.port,
  })
  onTestFinished(docker.close)
  const python = join(repositoryRoot, ".cathouse", "ministack", "bin", "python")
  const ministack = await startMinistack(python, { dockerHost: docker.host })
  onTestFinished(ministack.close)

  const aws = connect({ region: platform.region, endpoint: ministack.url, credentials: localCredentials })
  const targetGroups = await createLoadBalancer(aws, platform)
  const logGroups = await createLogGroups(aws, platform)
  await createServices(aws, platform, targetGroups)
  const bucket = "deployments"
  await (await aws.s3()).createBucket({ Bucket: bucket })
  const target: Target = {
    environment: "local",
    platform,
    aws,
    infrastructure: {
      cluster: "cluster",
      publicUrl: `${ministack.url}/_alb/front`,
      loadBalancer: "app/front/1",
      registry: "registry",
      targetGroups,
      logGroups,
      secrets: await createSecrets(aws, platform, "stage"),
      network: { subnets: ["subnet"], securityGroups: [], assignPublicIp: "DISABLED" },
      roles: { execution: "arn:execution", task: "arn:task" },
      deploymentsBucket: bucket,
    },
    clock: systemClock,
    pollSeconds: 0.2,
  }
  const lines: string[] = []
  const write = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  const progress: Progress = { status: write, line: write, done: write, failed: write }
  return { target, progress, lines }
}

async function createLoadBalancer(aws: Aws, { services }: Platform): Promise<Record<string, string>> {
  const elb = await aws.elb()
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: "front", Subnets: ["subnet-1", "subnet-2"] })
  const { Listeners } = await elb.createListener({
    LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn,
    Protocol: "HTTP",
    Port: 80,
    DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
  })
  const groups: Record<string, string> = {}
  for (const [index, { name, route }] of services.filter(isRouted).entries()) {
    const { path, port } = route
    const created = await elb.createTargetGroup({
      Name: name,
      Protocol: "HTTP",
      Port: port,
      TargetType: "ip",
      VpcId: "vpc",
    })
    groups[name] = created.TargetGroups![0]!.TargetGroupArn!
    await elb.createRule({
      ListenerArn: Listeners![0]!.ListenerArn,
      Priority: index + 1,
      Conditions: [{ Field: "path-pattern", Values: [`${path}/*`] }],
      Actions: [{ Type: "forward", TargetGroupArn: groups[name] }],
    })
  }
  return groups
}

async function createLogGroups(aws: Aws, { services }: Platform): Promise<Record<string, string>> {
  const logs = await aws.logs()
  for (const { name } of services) await logs.createLogGroup({ logGroupName: `/stage/${name}` })
  return Object.fromEntries(services.map(({ name }) => [name, `/stage/${name}`]))
}
