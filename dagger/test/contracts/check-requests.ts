import { violations } from "../../local-cloud/ecs/validation/shapes.ts"
import type { RecordedRequest } from "./requests.ts"
import { serviceModel } from "./service-model.ts"

/** The SDK's names of services, and botocore's. */
const models: Record<string, string> = {
  CloudFront: "cloudfront",
  CloudWatch: "cloudwatch",
  CloudWatchLogs: "logs",
  ECR: "ecr",
  ECS: "ecs",
  ElasticLoadBalancingV2: "elbv2",
  IAM: "iam",
  S3: "s3",
  SecretsManager: "secretsmanager",
  SSM: "ssm",
  STS: "sts",
}

/** What AWS's own model of the service does not allow in a request, a line each. */
export function problemsOfRequest({ service, operation, input }: RecordedRequest): string[] {
  const name = models[service]
  if (!name) return [`${service} is no service of AWS's that has a model here`]
  const { operations, shapes } = serviceModel(name)
  if (!Object.hasOwn(operations, operation)) return [`${service} has no operation ${operation}`]
  const shape = operations[operation]!.input
  const found = shape ? violations(shapes, shape, input) : []
  return found.map(({ path, message }) => `${service} ${operation}: ${path}: ${message}`)
}
