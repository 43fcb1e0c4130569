import type { CloudFront } from "#aws/cloudfront"
import type { CloudWatch } from "#aws/cloudwatch"
import type { CloudWatchLogs } from "#aws/logs"
import type { ECR } from "#aws/ecr"
import type { ECS } from "#aws/ecs"
import type { ElasticLoadBalancingV2 } from "#aws/elb"
import type { IAM } from "#aws/iam"
import type { S3 } from "#aws/s3"
import type { SecretsManager } from "#aws/secrets"
import type { SSM } from "#aws/ssm"
import type { STS } from "#aws/sts"
import { systemClock, type Clock } from "../platform/clock.ts"
import { publishCalls } from "./calls.ts"
import { plainErrors } from "./plain-errors.ts"
import { waitOutThrottling } from "./throttling.ts"
import { readWhole } from "./whole-objects.ts"
import { defined } from "../platform/defined.ts"
import { once } from "../platform/once.ts"

/**
 * AWS's clients, each loaded when it is first asked for. The names behind `#aws/` are mapped in package.json: Dagger
 * reads and loads every file of the module at every call, and must not read the SDK's types or code for it.
 */
export interface Aws {
  cloudfront(): Promise<CloudFront>
  cloudwatch(): Promise<CloudWatch>
  ecr(): Promise<ECR>
  ecs(): Promise<ECS>
  elb(): Promise<ElasticLoadBalancingV2>
  iam(): Promise<IAM>
  logs(): Promise<CloudWatchLogs>
  s3(): Promise<S3>
  secrets(): Promise<SecretsManager>
  ssm(): Promise<SSM>
  sts(): Promise<STS>
}

/** An access key, or a session's. */
export interface AwsKeys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** When a session ends; the SDK asks again a while before */
  expiration?: Date
}

export interface AwsConfig {
  region: string
  /** Default: AWS's own, or AWS_ENDPOINT_URL */
  endpoint?: string | undefined
  /** Default: the SDK's chain (environment, profile, role) */
  credentials?: AwsKeys | (() => Promise<AwsKeys>) | undefined
  /** That throttled calls wait by; default: the system's */
  clock?: Clock
  /** Milliseconds without an answer, or between two parts of one; default: 30,000 */
  patience?: number
}

/** By default the SDK waits for ever; a call that hangs would outlive every other time-out. In milliseconds. */
const timeouts = (patience: number) => ({
  connectionTimeout: 5_000,
  requestTimeout: patience,
  throwOnRequestTimeout: true,
  // The one above ends with the first bytes of an answer.
  socketTimeout: patience,
})

export function connect({ clock = systemClock, patience = 30_000, ...options }: AwsConfig): Aws {
  const config = defined({ ...options, requestHandler: timeouts(patience) })
  const client = <C>(create: () => Promise<C>) =>
    once(async () => waitOutThrottling(plainErrors(publishCalls(await create())), clock))
  return {
    cloudfront: client(async () => new (await import("#aws/cloudfront")).CloudFront(config)),
    cloudwatch: client(async () => new (await import("#aws/cloudwatch")).CloudWatch(config)),
    ecr: client(async () => new (await import("#aws/ecr")).ECR(config)),
    ecs: client(async () => new (await import("#aws/ecs")).ECS(config)),
    elb: client(async () => new (await import("#aws/elb")).ElasticLoadBalancingV2(config)),
    iam: client(async () => new (await import("#aws/iam")).IAM(config)),
    logs: client(async () => new (await import("#aws/logs")).CloudWatchLogs(config)),
    // An emulator has no host name for each bucket.
    s3: client(async () => {
      const { S3 } = await import("#aws/s3")
      return readWhole(new S3({ ...config, forcePathStyle: options.endpoint !== undefined }))
    }),
    secrets: client(async () => new (await import("#aws/secrets")).SecretsManager(config)),
    ssm: client(async () => new (await import("#aws/ssm")).SSM(config)),
    sts: client(async () => new (await import("#aws/sts")).STS(config)),
  }
}

/** Whether AWS refused a call for want of a permission. */
export const isDenied = (error: unknown): boolean => /^AccessDenied/.test((error as Error).name)

/** Whether AWS takes our credentials no longer: those that can be renewed have been, so that no call will be let in again. */
export const areExpired = (error: unknown): boolean => /^ExpiredToken/.test((error as Error).name)

/** Whether a call of AWS failed, in whatever way. */
export const isFailedCall = (error: unknown): boolean => error instanceof Error && "$metadata" in error

/** Whether what answers for AWS does not know an operation. */
export const isUnknownOperation = (error: unknown): boolean =>
  /^(UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation)/.test((error as Error).name)
