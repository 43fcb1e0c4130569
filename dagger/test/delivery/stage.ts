import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"
import { connect, type Aws } from "../../aws/clients.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import type { AlarmClock } from "../../platform/clock.ts"
import type { Artifacts } from "../../delivery/artifacts.ts"
import type { Target } from "../../delivery/target.ts"
import { startControlPlane } from "../../local-cloud/endpoint.ts"
import { metrics } from "../../local-cloud/metrics.ts"
import { startLoadBalancer } from "../../local-cloud/load-balancer.ts"
import { account } from "../../local-cloud/ministack.ts"
import type { RolloutsOptions } from "../../local-cloud/ecs/options.ts"
import { startRollouts } from "../../local-cloud/ecs/ecs.ts"
import { rulesOf } from "../../local-cloud/rules.ts"
import { StartFailure, type TaskDriver } from "../../local-cloud/task-driver.ts"
import { parsePlatform, type Platform, type SecretName, type Service } from "../../platform/manifest.ts"
import { isRouted } from "../../platform/service.ts"
import type { Progress } from "../../platform/progress.ts"
import { manualClock } from "../local-cloud/ecs/manual-clock.ts"
import { manifest } from "../platform/manifests.ts"
import { ministack } from "./emulator.ts"

/** How the containers of a version behave; by default they run and are healthy. */
export interface Behaviour {
  missing?: boolean
  /** The container exits as soon as it has started */
  exitsWith?: number
  /** A line of its log */
  says?: string
  /** What health routes answer; default 200 */
  status?: number
  /** What the health route says its version is; default: the version */
  claims?: string
  /** What the migration exits with, or that it comes to no end; default 0 */
  migrationExitsWith?: number | "never"
  /** What any other route does; by default it answers as health does */
  toUsers?: { status?: number; afterMilliseconds?: number; exitsWith?: number }
}

export interface StageOptions {
  /** Default: four services */
  platform?: Platform | undefined
  /** What a target's health check finds; by default it asks */
  probe?: RolloutsOptions["probe"] | undefined
  /** Called before ECS and DescribeTargetHealth answer; what it throws is the answer */
  admit?(action: string): void
}

/** A cluster with services at 0 tasks, on a clock that moves when a delivery sleeps. */
export async function stage(behaviours: Record<string, Behaviour> = {}, options: StageOptions = {}) {
  const { platform = parsePlatform(manifest()), probe, admit = () => {} } = options
  const clock = manualClock()
  const calls: string[] = []
  const lines: string[] = []
  const rollouts = startRollouts({
    driver: scripted(behaviours),
    region: platform.region,
    account,
    clock,
    targetGroup: async () => ({
      path: "/health/live",
      intervalSeconds: 1,
      // A probe takes this machine's own time, whatever the clock says: a busy one has no target that is worse.
      timeoutSeconds: 60,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: "200",
      deregistrationDelaySeconds: 1,
    }),
    secretValue: async () => "secret",
    ...(probe && { probe }),
    log: () => {},
  })
  const targetGroups = Object.fromEntries(
    platform.services.filter(isRouted).map(({ name }) => [name, `arn:aws:tg/${name}`]),
  )
  const rules = rulesOf(platform, rollouts, (service) => targetGroups[service])
  const counted = metrics(clock.now)
  const loadBalancer = await startLoadBalancer(rules, { port: 0, count: counted.count })
  const observed = {
    ...rollouts,
    async call(action: string, input: unknown) {
      calls.push(action)
      admit(action)
      return rollouts.call(action, input)
    },
    targetHealth(arn: string) {
      calls.push("DescribeTargetHealth")
      admit("DescribeTargetHealth")
      return rollouts.targetHealth(arn)
    },
  }
  const controlPlane = await startControlPlane(observed, ministack.url, { metrics: counted })
  onTestFinished(async () => {
    await loadBalancer.close()
    await rollouts.close()
    await controlPlane.close()
  })

  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const deliveryClock: AlarmClock = {
    now: clock.now,
    sleep: (milliseconds) => clock.pass(milliseconds / 1000),
    after: (milliseconds, callback) => clock.at(clock.now() + milliseconds, callback),
  }
  const aws = connect({ region: platform.region, endpoint: controlPlane.url, credentials, clock: deliveryClock })
  await createServices(aws, platform, targetGroups)
  const name = `stage-${++stages}`
  await (await aws.s3()).createBucket({ Bucket: name })
  const target: Target = {
    environment: "local",
    platform,
    aws,
    infrastructure: {
      cluster: "cluster",
      publicUrl: loadBalancer.url,
      loadBalancer: "app/stage/1",
      registry: "registry",
      targetGroups,
      // As Terraform makes them: where the environment shifts traffic.
      ...(platform.environments.some(({ strategy }) => strategy.type !== "rolling") && {
        shifts: Object.fromEntries(
          platform.services.map(({ name }) => [
            name,
            { alternateTargetGroup: `${targetGroups[name]}-2`, listenerRule: `arn:aws:rule/${name}` },
          ]),
        ),
      }),
      logGroups: Object.fromEntries(platform.services.map(({ name }) => [name, `/cat-house/${name}`])),
      secrets: await createSecrets(aws, platform, name),
      network: { subnets: ["subnet"], securityGroups: [], assignPublicIp: "DISABLED" },
      roles: { execution: "arn:execution", task: "arn:task", loadBalancing: "arn:load-balancing" },
      deploymentsBucket: name,
    },
    clock: deliveryClock,
    pollSeconds: 5,
  }
  const write = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  const progress: Progress = { status: write, line: write, done: write, failed: write }
  return { target, progress, calls, lines, clock, endpoint: controlPlane.url }
}

let stages = 0

/** A report that nobody reads. */
export const silent: Progress = { status() {}, line() {}, done() {}, failed() {} }

/** Images of one version for all services, but for those that are named. */
export function version(all: string, others: Record<string, string> = {}): Artifacts {
  const images = async (services: Service[]) =>
    services.map(({ name }) => {
      const version = others[name] ?? all
      return { service: name, version, image: `registry/cat-house/${name}@sha256:${version}` }
    })
  return {
    versions: images,
    images,
    site: () => Promise.reject(new Error("there is no site on this stage")),
    migrations: async () => [{ id: "0001", sql: "CREATE TABLE cats (id int);" }],
    secrets: {},
  }
}

/** What runs, by service. */
export const versionsOf = async (target: Target) =>
  Object.fromEntries(
    (await readRunning(target, target.platform.services)).map(({ service, revision, runningCount }) => [
      service.name,
      `${revision.version} × ${runningCount}`,
    ]),
  )

export async function createSecrets(aws: Aws, platform: Platform, stage: string): Promise<Record<SecretName, string>> {
  const secrets = await aws.secrets()
  const created = Object.keys(platform.secrets).map(async (name) => {
    const { ARN } = await secrets.createSecret({ Name: `${stage}/${name}`, SecretString: `a value of ${name}` })
    return [name, ARN!]
  })
  return Object.fromEntries(await Promise.all(created)) as Record<SecretName, string>
}

/** Stands between a client and AWS, by default that of ECS; `next` makes the call. */
export async function intercept(
  target: Target,
  handle: (command: string, next: () => Promise<Output>, input: Record<string, unknown>) => Promise<Output>,
  service: "cloudwatch" | "ecs" | "iam" | "logs" | "s3" | "secrets" = "ecs",
): Promise<void> {
  const client = (await target.aws[service]()) as Awaited<ReturnType<Aws["ecs"]>>
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = async () => (await next(args)).output as unknown as Output
      const command = String(context.commandName).replace(/Command$/, "")
      return {
        response: undefined,
        output: (await handle(command, call, args.input as Record<string, unknown>)) as never,
      }
    },
    { step: "initialize" },
  )
}

type Output = Record<string, unknown>

export async function createServices(
  aws: Aws,
  platform: Platform,
  targetGroups: Record<string, string>,
): Promise<void> {
  const ecs = await aws.ecs()
  await ecs.createCluster({ clusterName: "cluster" })
  for (const { name, route } of platform.services) {
    const portMappings = route ? [{ containerPort: route.port }] : []
    const containerDefinitions = [{ name, image: "placeholder", memory: 512, portMappings }]
    await ecs.registerTaskDefinition({ family: `cat-house-local-${name}`, containerDefinitions })
    await ecs.createService({
      cluster: "cluster",
      serviceName: name,
      taskDefinition: `cat-house-local-${name}`,
      desiredCount: 0,
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet"] } },
      ...(route && {
        healthCheckGracePeriodSeconds: 5,
        loadBalancers: [{ targetGroupArn: targetGroups[name], containerName: name, containerPort: route.port }],
      }),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
  }
}

/** Containers that are HTTP servers in this process, and behave as their image's version is said to. */
export function scripted(behaviours: Record<string, Behaviour>): TaskDriver {
  return {
    async start({ image, command, onLine }) {
      const version = image.split("sha256:")[1] ?? image
      const behaviour = behaviours[version] ?? {}
      const { missing, exitsWith, says, status = 200, claims = version, migrationExitsWith = 0, toUsers } = behaviour
      if (missing || image === "placeholder") throw new StartFailure(`CannotPullContainerError: ${image}: not found`)
      const body = JSON.stringify({ status: status === 200 ? "ok" : "unavailable", version: claims, database: "ok" })
      const server = createServer((request, response) => {
        if (!toUsers || request.url!.includes("/health")) return response.writeHead(status).end(body)
        if (toUsers.exitsWith !== undefined) return end(toUsers.exitsWith)
        setTimeout(() => response.writeHead(toUsers.status ?? 200).end(), toUsers.afterMilliseconds ?? 0)
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      if (says !== undefined) onLine(says)
      const { promise: exited, resolve: exit } = Promise.withResolvers<{ exitCode: number }>()
      const end = (exitCode: number) => {
        server.close()
        server.closeAllConnections()
        exit({ exitCode })
      }
      const code = command ? migrationExitsWith : exitsWith
      if (typeof code === "number") setImmediate(() => end(code))
      return {
        address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
        exited,
        stop: async () => end(143),
      }
    },
    async close() {},
  }
}
