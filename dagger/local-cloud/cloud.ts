import { connect, type Aws } from "../aws/clients.ts"
import type { Infrastructure } from "../platform/infrastructure.ts"
import type { Platform } from "../platform/manifest.ts"
import { startControlPlane } from "./endpoint.ts"
import { startLoadBalancer } from "./load-balancer.ts"
import { customaryPorts, ifFree } from "./ports.ts"
import { account, provision, siteBucketOf } from "./provision.ts"
import type { HealthCheck } from "./ecs/health-check.ts"
import { startRollouts } from "./ecs/ecs.ts"
import { bucketOrigin, startSiteServer } from "./distribution.ts"
import { taskLogs } from "./task-logs.ts"
import type { TaskDriver } from "./task-driver.ts"

/** A cloud on this machine, with an environment `local` in it that nothing has been deployed to. */
export interface LocalCloud {
  /** Where AWS's clients find it */
  endpoint: string
  infrastructure: Infrastructure
  close(): Promise<void>
}

export interface CloudParts {
  platform: Platform
  driver: TaskDriver
  ministackUrl: string
  /** As tasks reach it */
  databaseUrl: string
  /** `host:port`, as tasks reach it: a private address that proxy may call all the same */
  echo: string
  /** Of the load balancer on loopback; default: the platform's customary one where it is free */
  port?: number
  /** The web site; without one, the environment has none */
  site?: {
    /** As for the load balancer */
    port?: number
    /** As for the site server */
    distribution?: string
  }
}

/** The local cloud accepts any credentials, but AWS's clients do not call without some. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" }

/** Puts a local cloud together from its parts; the same under the engine and without one. */
export async function startCloud({
  platform,
  driver,
  ministackUrl,
  databaseUrl,
  echo,
  port,
  site,
}: CloudParts): Promise<LocalCloud> {
  const { region } = platform
  const started: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  const ministack = connect({ region, endpoint: ministackUrl, credentials: localCredentials })
  const logs = taskLogs(ministack)
  const rollouts = startRollouts({
    driver,
    region,
    account,
    targetGroup: (arn) => readHealthCheck(ministack, arn),
    secretValue: (valueFrom) => readSecret(ministack, valueFrom),
    log: (line) => logs.write(line),
  })
  const targetGroups: Record<string, string> = {}
  const rules = platform.services.map(({ name, path }) => ({
    prefix: path,
    targets: () => rollouts.healthyTargets(targetGroups[name] ?? ""),
  }))
  started.push(logs.flush, rollouts.close)
  try {
    const loadBalancer = await startLoadBalancer(rules, { port: port ?? (await ifFree(customaryPorts.api)) })
    started.push(loadBalancer.close)
    const controlPlane = await startControlPlane(rollouts, ministackUrl)
    started.push(controlPlane.close)
    const siteServer =
      site &&
      (await startSiteServer({
        origin: bucketOrigin(ministackUrl, siteBucketOf(platform)),
        apiUrl: loadBalancer.url,
        distribution: site.distribution,
        port: site.port ?? (await ifFree(customaryPorts.site)),
      }))
    if (siteServer) started.push(siteServer.close)
    const aws = connect({ region, endpoint: controlPlane.url, credentials: localCredentials })
    const infrastructure = await provision(aws, platform, {
      publicUrl: loadBalancer.url,
      databaseUrl,
      siteUrl: siteServer?.url,
      variables: { proxy: { PROXY_ALLOWED_HOSTS: echo } },
    })
    Object.assign(targetGroups, infrastructure.targetGroups)
    return { endpoint: controlPlane.url, infrastructure, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A target group's settings, as the load balancer's checks follow them. */
export async function readHealthCheck(aws: Aws, arn: string): Promise<HealthCheck> {
  const elb = await aws.elb()
  const { TargetGroups } = await elb.describeTargetGroups({ TargetGroupArns: [arn] })
  const { Attributes } = await elb.describeTargetGroupAttributes({ TargetGroupArn: arn })
  const group = TargetGroups![0]!
  const delay = Attributes?.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value
  return {
    path: group.HealthCheckPath ?? "/",
    intervalSeconds: group.HealthCheckIntervalSeconds ?? 30,
    timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 5,
    healthyThreshold: group.HealthyThresholdCount ?? 5,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
    matcher: group.Matcher?.HttpCode ?? "200",
    deregistrationDelaySeconds: Number(delay ?? 300),
  }
}

/** By what a task definition's `valueFrom` says: an ARN, then perhaps `:json-key:version-stage:version-id`. */
export async function readSecret(aws: Aws, valueFrom: string): Promise<string> {
  const parts = valueFrom.split(":")
  const [jsonKey, stage, version] = parts.slice(7)
  const secrets = await aws.secrets()
  const answer = await secrets.getSecretValue({
    SecretId: parts.slice(0, 7).join(":"),
    VersionStage: stage || undefined,
    VersionId: version || undefined,
  })
  const value = answer.SecretString ?? ""
  return jsonKey ? String((JSON.parse(value) as Record<string, unknown>)[jsonKey]) : value
}
