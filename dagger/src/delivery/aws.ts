import type { CloudWatchLogs } from "#aws/logs"
import type { ECS } from "#aws/ecs"
import type { ElasticLoadBalancingV2 } from "#aws/elb"
import type { SecretsManager } from "#aws/secrets"
import type { SSM } from "#aws/ssm"

/**
 * AWS's clients, each loaded when it is first asked for. The names behind `#aws/` are mapped in package.json: Dagger
 * reads and loads every file of the module at every call, and must not read the SDK's types or code for it.
 */
export interface Aws {
  ecs(): Promise<ECS>
  elb(): Promise<ElasticLoadBalancingV2>
  logs(): Promise<CloudWatchLogs>
  secrets(): Promise<SecretsManager>
  ssm(): Promise<SSM>
}

export interface AwsConfig {
  region: string
  /** Default: AWS's own, or AWS_ENDPOINT_URL */
  endpoint?: string
  /** Default: the SDK's chain (environment, profile, role) */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

/** In milliseconds. By default the SDK waits for ever; a call that hangs would outlive every other time-out. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true }

export function connect(options: AwsConfig): Aws {
  const config = { ...options, requestHandler }
  return {
    ecs: once(async () => new (await import("#aws/ecs")).ECS(config)),
    elb: once(async () => new (await import("#aws/elb")).ElasticLoadBalancingV2(config)),
    logs: once(async () => new (await import("#aws/logs")).CloudWatchLogs(config)),
    secrets: once(async () => new (await import("#aws/secrets")).SecretsManager(config)),
    ssm: once(async () => new (await import("#aws/ssm")).SSM(config)),
  }
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined
  return () => (created ??= create())
}
