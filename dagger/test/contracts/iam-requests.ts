import { account } from "../../local-cloud/ministack.ts"
import type { RecordedRequest } from "./requests.ts"

/** What IAM is asked whether it may be done: one action on one resource, with what the call brings along. */
export interface IamRequest {
  action: string
  resource: string
  context: Record<string, string>
}

type Input = Record<string, unknown>
type Resource = string | string[]

const text = (value: unknown): string => String(value)
const texts = (value: unknown): string[] => (value as string[] | undefined) ?? []
const cluster = ({ cluster }: Input): string => text(cluster)
const inRegion = (service: string, region: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`

/** The prefix of a service's actions, by the SDK's name. */
const prefixes: Record<string, string> = {
  CloudFront: "cloudfront",
  CloudWatch: "cloudwatch",
  CloudWatchLogs: "logs",
  ECR: "ecr",
  ECS: "ecs",
  ElasticLoadBalancingV2: "elasticloadbalancing",
  IAM: "iam",
  S3: "s3",
  SecretsManager: "secretsmanager",
  SSM: "ssm",
  STS: "sts",
}

/** The actions that an operation needs, where they are not named after it. */
const actions: Record<string, string[]> = {
  "S3 CopyObject": ["s3:PutObject"],
  "S3 DeleteObjects": ["s3:DeleteObject"],
  "S3 HeadBucket": ["s3:ListBucket"],
  "S3 HeadObject": ["s3:GetObject"],
  "S3 ListObjectsV2": ["s3:ListBucket"],
  "Registry HEAD blobs": ["ecr:BatchCheckLayerAvailability"],
  "Registry GET blobs": ["ecr:GetDownloadUrlForLayer"],
  "Registry GET manifests": ["ecr:BatchGetImage"],
  "Registry HEAD manifests": ["ecr:BatchGetImage"],
  "Registry PUT manifests": ["ecr:PutImage"],
  // AWS's ListImageReferrers asks for this one, too.
  "Registry GET referrers": ["ecr:BatchGetImage"],
  "Registry POST uploads": ["ecr:InitiateLayerUpload"],
  "Registry PATCH uploads": ["ecr:UploadLayerPart"],
  "Registry PUT uploads": ["ecr:UploadLayerPart", "ecr:CompleteLayerUpload"],
}

/** Calls that need no permission: anybody may ask who they are, and a token is what it is by itself. */
const free = ["STS GetCallerIdentity", "STS AssumeRoleWithWebIdentity"]

/** A request as IAM sees it: one for each action that it needs, and each resource. None where it needs no permission. */
export function iamRequests(request: RecordedRequest): IamRequest[] {
  const { service, operation, input } = request
  const name = `${service} ${operation}`
  if (free.includes(name)) return []
  const resources = [resourcesOf(request)].flat()
  const context = contextOf(request)
  const own = (actions[name] ?? [`${prefixes[service]}:${operation}`]).flatMap((action) =>
    resources.map((resource) => ({ action, resource, context })),
  )
  return [...own, ...passedRoles(input, context), ...copied(name, input, context)]
}

function contextOf({ service, region, input }: RecordedRequest): Record<string, string> {
  const isGlobal = ["CloudFront", "IAM"].includes(service)
  return {
    "aws:RequestedRegion": isGlobal ? "us-east-1" : region,
    ...(service === "ECS" &&
      input.cluster !== undefined && { "ecs:cluster": inRegion("ecs", region, `cluster/${cluster(input)}`) }),
  }
}

/** Whoever registers a task definition passes its roles to ECS. */
function passedRoles({ executionRoleArn, taskRoleArn }: Input, context: Record<string, string>): IamRequest[] {
  return [executionRoleArn, taskRoleArn].flatMap((role) =>
    role === undefined
      ? []
      : {
          action: "iam:PassRole",
          resource: text(role),
          context: { ...context, "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        },
  )
}

/** A copy reads where it copies from. */
function copied(name: string, { CopySource }: Input, context: Record<string, string>): IamRequest[] {
  if (name !== "S3 CopyObject") return []
  return [{ action: "s3:GetObject", resource: `arn:aws:s3:::${decodeURIComponent(text(CopySource))}`, context }]
}

/** The ARNs of what a request is about; `*` where AWS knows no resource for the action. */
function resourcesOf({ service, operation, region, input }: RecordedRequest): Resource {
  switch (service) {
    case "ECS":
      return ecsResources(operation, region, input)
    case "ECR":
    case "Registry":
      return input.repositoryName ? inRegion("ecr", region, `repository/${text(input.repositoryName)}`) : "*"
    case "S3":
      return `arn:aws:s3:::${text(input.Bucket)}${s3Key(input)}`
    case "SecretsManager":
      return text(input.SecretId)
    case "SSM":
      return inRegion("ssm", region, `parameter${text(input.Path).replace(/\/$/, "")}`)
    case "CloudWatchLogs":
      return inRegion("logs", region, `log-group:${text(input.logGroupName)}${logStream(input)}`)
    case "CloudFront":
      if (input.Name !== undefined) return `arn:aws:cloudfront::${account}:function/${text(input.Name)}`
      return `arn:aws:cloudfront::${account}:distribution/${text(input.DistributionId ?? input.Id)}`
    case "IAM":
      return text(input.PolicySourceArn)
    case "STS":
      return text(input.RoleArn)
    default:
      return "*"
  }
}

const s3Key = ({ Key, Delete }: Input): string => (Key !== undefined ? `/${text(Key)}` : Delete ? "/any" : "")

const logStream = ({ logStreamName }: Input): string => (logStreamName ? `:log-stream:${text(logStreamName)}` : "")

function ecsResources(operation: string, region: string, input: Input): Resource {
  const service = (name: string) => inRegion("ecs", region, `service/${cluster(input)}/${name}`)
  switch (operation) {
    case "DescribeClusters":
      return texts(input.clusters).map((name) => inRegion("ecs", region, `cluster/${name}`))
    case "DescribeServices":
      return texts(input.services).map(service)
    case "UpdateService":
    case "ListServiceDeployments":
      return service(text(input.service))
    case "DescribeServiceDeployments":
      return texts(input.serviceDeploymentArns)
    case "DescribeServiceRevisions":
      return texts(input.serviceRevisionArns)
    case "StopServiceDeployment":
      return text(input.serviceDeploymentArn)
    case "DescribeTasks":
      return texts(input.tasks)
    case "StopTask":
      return text(input.task)
    case "RunTask":
      return text(input.taskDefinition)
    case "RegisterTaskDefinition":
      return inRegion("ecs", region, `task-definition/${text(input.family)}:1`)
    case "ListTasks":
    case "ListServices":
      return inRegion(
        "ecs",
        region,
        `${operation === "ListTasks" ? "container-instance" : "service"}/${cluster(input)}/any`,
      )
    default:
      return "*"
  }
}

/** What ECS does with a role of its own before it starts a task of a definition that was registered: image, secrets, log. */
export function startOfTask(
  executionRole: string,
  { service, operation, region, input }: RecordedRequest,
): IamRequest[] {
  if (`${service} ${operation}` !== "ECS RegisterTaskDefinition" || input.executionRoleArn !== executionRole) return []
  const context = { "aws:RequestedRegion": region }
  const asks = (resource: string, ...actions: string[]) => actions.map((action) => ({ action, resource, context }))
  const containers = input.containerDefinitions as TaskContainer[]
  return containers.flatMap(({ name, image, secrets = [], logConfiguration }) => {
    const repository = image.slice(image.indexOf("/") + 1).replace(/[@:].*$/, "")
    const log = logConfiguration?.options ?? {}
    const stream = `log-group:${log["awslogs-group"]}:log-stream:${log["awslogs-stream-prefix"]}/${name}/task`
    return [
      ...asks("*", "ecr:GetAuthorizationToken"),
      ...asks(
        inRegion("ecr", region, `repository/${repository}`),
        ...["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      ),
      ...secrets.flatMap(({ valueFrom }) => asks(valueFrom.replace(/:::.*$/, ""), "secretsmanager:GetSecretValue")),
      ...asks(inRegion("logs", region, stream), "logs:CreateLogStream", "logs:PutLogEvents"),
    ]
  })
}

interface TaskContainer {
  name: string
  image: string
  secrets?: { valueFrom: string }[]
  logConfiguration?: { options: Record<string, string> }
}
