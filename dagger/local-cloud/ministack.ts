import type { Aws } from "../aws/clients.ts"
import type { HealthCheck } from "./ecs/health-check.ts"

/** Ministack's account, in ARNs and in image names. */
export const account = "000000000000"

/** Ministack accepts any credentials, but AWS's clients do not call without some. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" }

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

/** Those of some alarms that have gone off. */
export async function alarmsGoneOff(aws: Aws, names: string[]): Promise<string[]> {
  const cloudwatch = await aws.cloudwatch()
  const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNames: names, StateValue: "ALARM" })
  return MetricAlarms?.map(({ AlarmName }) => AlarmName!) ?? []
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
