import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { terraformIn, variables, type Root } from "./terraform.ts"

/** What IAM calls a request of an S3 client, where that is not its own name. */
const ofS3: Record<string, string> = {
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  GetBucketCors: "GetBucketCORS",
  GetBucketEncryption: "GetEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  GetBucketReplication: "GetReplicationConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  HeadBucket: "ListBucket",
}

/** The prefix of a service's actions, by the name that Terraform's provider logs. */
const prefixes: Record<string, string> = {
  CloudFront: "cloudfront",
  CloudWatch: "cloudwatch",
  "CloudWatch Logs": "logs",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  "Elastic Load Balancing v2": "elasticloadbalancing",
  EventBridge: "events",
  IAM: "iam",
  S3: "s3",
  SSM: "ssm",
  STS: "sts",
  Scheduler: "scheduler",
  "Secrets Manager": "secretsmanager",
}

/** The actions that `terraform plan` of what has been made needs, as its provider logs its requests. */
export async function actionsOfPlan(
  copy: string,
  configuration: Root,
  endpoint: string,
  more: string[] = [],
): Promise<string[]> {
  const log = join(copy, "requests.log")
  const args = ["plan", "-input=false", "-no-color", ...variables(configuration, "staging"), ...more]
  await terraformIn(copy, configuration, args, endpoint, { TF_LOG_PROVIDER: "DEBUG", TF_LOG_PATH: log })
  const entries = (await readFile(log, "utf8")).split(/^(?=\d{4}-\d\d-\d\dT)/m)
  const actions = entries.filter((entry) => entry.includes("HTTP Request Sent")).map(actionOf)
  return [...new Set(actions)].filter((action) => action !== "sts:GetCallerIdentity").sort()
}

function actionOf(entry: string): string {
  const [, quoted, word] = /rpc\.service=(?:"([^"]*)"|(\w+))/.exec(entry) ?? []
  const service = quoted ?? word ?? ""
  const [, method = ""] = /rpc\.method=(\w+)/.exec(entry) ?? []
  return `${prefixes[service] ?? service}:${(service === "S3" && ofS3[method]) || method}`
}
