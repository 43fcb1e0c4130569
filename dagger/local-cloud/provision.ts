import { createHash, randomBytes } from "node:crypto"
import type { Aws } from "../aws/clients.ts"
import { parameterPrefix, parametersOf, type Infrastructure } from "../platform/infrastructure.ts"
import { account } from "./ministack.ts"
import { type Platform, repositoryOf, type SecretName, type Service } from "../platform/manifest.ts"
import { localEnvironment } from "../platform/environments.ts"
import { isRouted } from "../platform/service.ts"
import { fewestBytes, isDatabaseUrl } from "../platform/schema/secret.ts"

/** What the environment is given of the machine that it is on. */
interface Provided {
  /** The load balancer's */
  publicUrl: string
  databaseUrl: string
  /** Of the other secrets; default: new ones */
  secrets?: LocalSecrets | undefined
  /** The distribution: where it serves, and its function; without one, the environment has no site */
  site?: { url: string; code: string } | undefined
  variables: Infrastructure["variables"]
}

/**
 * Makes in the local cloud what Terraform makes in AWS: target groups, log groups, secrets, a cluster, and a service each
 * that waits at 0 tasks of a placeholder. Where things are is written to SSM, and read from there as in AWS.
 */
export async function provision(
  aws: Aws,
  platform: Platform,
  { publicUrl, databaseUrl, secrets = secretValues(platform), site, variables }: Provided,
): Promise<Infrastructure> {
  const infrastructure: Infrastructure = {
    cluster: nameOf(platform),
    publicUrl,
    loadBalancer: `app/${nameOf(platform)}/local`,
    registry: registryOf(platform),
    targetGroups: await createTargetGroups(aws, platform),
    shifts: await createShifts(aws, platform),
    logGroups: await createLogGroups(aws, platform),
    secrets: await createSecrets(aws, platform, databaseUrl, secrets),
    network: { subnets: ["subnet-local"], securityGroups: ["sg-local"], assignPublicIp: "DISABLED" },
    roles: {
      execution: roleArn(platform, "execution"),
      task: roleArn(platform, "task"),
      loadBalancing: roleArn(platform, "load-balancing"),
    },
    deploymentsBucket: await createBucket(aws, `${nameOf(platform)}-deployments`),
    ...(site && { site: await createSite(aws, platform, site) }),
    variables,
  }
  const ecs = await aws.ecs()
  await ecs.createCluster({ clusterName: infrastructure.cluster })
  await Promise.all(platform.services.map((service) => createService(aws, platform, infrastructure, service)))
  await writeParameters(aws, platform, infrastructure)
  return infrastructure
}

const registryOf = (platform: Platform): string => `${account}.dkr.ecr.${platform.region}.amazonaws.com`

const roleArn = (platform: Platform, name: string): string => `arn:aws:iam::${account}:role/${nameOf(platform)}-${name}`

/** What names of the environment begin with. */
const nameOf = (platform: Platform): string => `${platform.name}-${localEnvironment(platform).name}`

/** AWS takes 32 characters. What is cut off counts by its hash, as in Terraform. */
const targetGroupName = (full: string): string =>
  full.length <= 32 ? full : `${full.slice(0, 23)}-${createHash("sha256").update(full).digest("hex").slice(0, 8)}`

/** How a target group on this machine checks its targets, and gives them up */
export const quickHealthCheck = {
  HealthCheckIntervalSeconds: 1,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
}

/** Checks every second, so that a deploy on this machine is told of a healthy task, or of a dead one, at once. */
async function createTargetGroups(aws: Aws, platform: Platform, end = ""): Promise<Record<string, string>> {
  const elb = await aws.elb()
  const created = platform.services.filter(isRouted).map(async ({ name, route: { port, health } }) => {
    const answer = await elb.createTargetGroup({
      Name: targetGroupName(`${nameOf(platform)}-${name}${end}`),
      Protocol: "HTTP",
      Port: port,
      VpcId: "vpc-local",
      TargetType: "ip",
      HealthCheckPath: health.live,
      ...quickHealthCheck,
      Matcher: { HttpCode: "200" },
    })
    const arn = answer.TargetGroups![0]!.TargetGroupArn!
    const attribute = { Key: "deregistration_delay.timeout_seconds", Value: "1" }
    await elb.modifyTargetGroupAttributes({ TargetGroupArn: arn, Attributes: [attribute] })
    return [name, arn] as const
  })
  return Object.fromEntries(await Promise.all(created))
}

/** A second target group for each service, and a rule that only this cloud's load balancer knows. */
async function createShifts(aws: Aws, platform: Platform): Promise<Infrastructure["shifts"]> {
  const groups = Object.entries(await createTargetGroups(aws, platform, "-2"))
  const rule = `arn:aws:elasticloadbalancing:${platform.region}:${account}:listener-rule/app/${nameOf(platform)}`
  return Object.fromEntries(
    groups.map(([name, alternateTargetGroup]) => [
      name,
      { alternateTargetGroup, listenerRule: `${rule}/local/${name}` },
    ]),
  )
}

async function createBucket(aws: Aws, Bucket: string): Promise<string> {
  const s3 = await aws.s3()
  await s3.createBucket({ Bucket })
  return Bucket
}

export const siteBucketOf = (platform: Platform): string => `${nameOf(platform)}-site`

async function createSite(
  aws: Aws,
  platform: Platform,
  { url, code }: NonNullable<Provided["site"]>,
): Promise<Infrastructure["site"]> {
  const bucket = await createBucket(aws, siteBucketOf(platform))
  return { bucket, distribution: await createDistribution(aws, bucket, code), url }
}

/** What the function of a bucket's distribution is called. */
export const functionNameOf = (bucket: string): string => `${bucket}-spa`

/** A distribution before a bucket, with its function. It takes invalidations; `distribution.ts` serves in its place. */
export async function createDistribution(aws: Aws, bucket: string, code: string): Promise<string> {
  const origin = { Id: "site", DomainName: `${bucket}.s3.amazonaws.com`, S3OriginConfig: { OriginAccessIdentity: "" } }
  const cloudfront = await aws.cloudfront()
  const Name = functionNameOf(bucket)
  const FunctionConfig = { Comment: "A route of the site, to its HTML file", Runtime: "cloudfront-js-2.0" as const }
  const created = await cloudfront.createFunction({ Name, FunctionConfig, FunctionCode: Buffer.from(code) })
  const { FunctionSummary } = await cloudfront.publishFunction({ Name, IfMatch: created.ETag })
  const { FunctionARN } = FunctionSummary!.FunctionMetadata!
  const { Distribution } = await cloudfront.createDistribution({
    DistributionConfig: {
      CallerReference: bucket,
      Comment: bucket,
      Enabled: true,
      Origins: { Quantity: 1, Items: [origin] },
      DefaultCacheBehavior: {
        TargetOriginId: "site",
        ViewerProtocolPolicy: "allow-all",
        FunctionAssociations: {
          Quantity: 2,
          Items: (["viewer-request", "viewer-response"] as const).map((EventType) => ({ EventType, FunctionARN })),
        },
      },
    },
  })
  return Distribution!.Id!
}

async function createLogGroups(aws: Aws, platform: Platform): Promise<Record<string, string>> {
  const logs = await aws.logs()
  const created = platform.services.map(async ({ name }) => {
    const logGroupName = `/${platform.name}/${localEnvironment(platform).name}/${name}`
    await logs.createLogGroup({ logGroupName })
    return [name, logGroupName] as const
  })
  return Object.fromEntries(await Promise.all(created))
}

/** What an environment's secrets are, but for the database's address. */
export type LocalSecrets = Record<SecretName, string>

/** New values, of the forms that the manifest says. */
export const secretValues = ({ secrets }: Platform): LocalSecrets =>
  Object.fromEntries(
    Object.entries(secrets)
      .filter(([, secret]) => !isDatabaseUrl(secret))
      .map(([name, { form }]) => [name, newValue(form)]),
  )

const newValue = (form: string): string =>
  form === "fernet"
    ? // 32 bytes in the URL-safe alphabet, padding included.
      `${randomBytes(32).toString("base64url")}=`
    : randomBytes(Math.max(32, fewestBytes(form) ?? 0)).toString("hex")

async function createSecrets(
  aws: Aws,
  platform: Platform,
  databaseUrl: string,
  values: LocalSecrets,
): Promise<Record<SecretName, string>> {
  const secrets = await aws.secrets()
  const created = Object.entries(platform.secrets).map(async ([name, secret]) => {
    const { ARN } = await secrets.createSecret({
      Name: `${platform.name}/${localEnvironment(platform).name}/${name}`,
      SecretString: isDatabaseUrl(secret) ? databaseUrl : values[name],
    })
    return [name, ARN!] as const
  })
  return Object.fromEntries(await Promise.all(created))
}

async function createService(
  aws: Aws,
  platform: Platform,
  infrastructure: Infrastructure,
  service: Service,
): Promise<void> {
  const ecs = await aws.ecs()
  const { cluster, registry, targetGroups, network } = infrastructure
  const { name, route } = service
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: `${nameOf(platform)}-${name}`,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: String(service.cpu),
    memory: String(service.memory),
    containerDefinitions: [
      {
        name,
        image: `${registry}/${repositoryOf(platform, name)}:placeholder`,
        portMappings: route ? [{ containerPort: route.port }] : [],
      },
    ],
  })
  await ecs.createService({
    cluster,
    serviceName: name,
    taskDefinition: taskDefinition!.taskDefinitionArn,
    desiredCount: 0,
    launchType: "FARGATE",
    ...(route && {
      // Longer than a service takes to start beside the others on two cores.
      healthCheckGracePeriodSeconds: 20,
      loadBalancers: [{ targetGroupArn: targetGroups[name], containerName: name, containerPort: route.port }],
    }),
    networkConfiguration: { awsvpcConfiguration: network },
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
  })
}

async function writeParameters(aws: Aws, platform: Platform, infrastructure: Infrastructure): Promise<void> {
  const ssm = await aws.ssm()
  const prefix = parameterPrefix(platform, localEnvironment(platform).name)
  await Promise.all(
    Object.entries(parametersOf(infrastructure)).map(([name, value]) =>
      ssm.putParameter({ Name: `${prefix}${name}`, Value: value, Type: "String" }),
    ),
  )
}
