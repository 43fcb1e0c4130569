import { apiPatterns } from "../../platform/service.ts"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { generate } from "selfsigned"
import { connect, type Aws } from "../../aws/clients.ts"
import { functionOf } from "../../delivery/site/function.ts"
import { readInfrastructure } from "../../aws/infrastructure.ts"
import { parameterPrefix, type Infrastructure } from "../../platform/infrastructure.ts"
import { metrics } from "../../local-cloud/metrics.ts"
import { alarmsGoneOff, readHealthCheck, readSecret } from "../../local-cloud/ministack.ts"
import { startControlPlane } from "../../local-cloud/endpoint.ts"
import { quickHealthCheck } from "../../local-cloud/provision.ts"
import { imageStore } from "../../node/packages/images.ts"
import { rulesOf } from "../../local-cloud/rules.ts"
import { startLoadBalancer } from "../../local-cloud/load-balancer.ts"
import { startMinistack } from "../../node/processes/ministack.ts"
import { startPostgres } from "../../node/processes/postgres.ts"
import { account } from "../../local-cloud/ministack.ts"
import { startRollouts } from "../../local-cloud/ecs/ecs.ts"
import { bucketOrigin, liveFunction, startSiteServer, type Origin } from "../../local-cloud/distribution.ts"
import { taskLogs } from "../../local-cloud/task-logs.ts"
import { processDriver } from "../../node/processes/process-driver.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { keepApplied } from "../contracts/policies.ts"
import { copyAppliedStaging } from "../infra/applied-staging.ts"
import { applyInfrastructure } from "../infra/terraform.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { pulling } from "./pulling.ts"

/** AWS on this machine, with the environment `staging` in it that Terraform made. */
export interface StagingCloud {
  endpoint: string
  aws: Aws
  infrastructure: Infrastructure
  /** Where Terraform keeps its state */
  terraformFolder: string
  /** From now on the distribution answers for pages as it does now, whatever is deployed. */
  serveStale(): Promise<void>
  /** What a deploy needs from the environment's variables */
  variables: Record<string, string>
  /** Of production beside it, with nothing deployed, where it was asked for */
  production?: Infrastructure | undefined
  close(): Promise<void>
}

/** The emulated account's root. */
const root = { accessKeyId: "test", secretAccessKey: "test" }

/**
 * Starts ministack with the local ECS from what Terraform has made of staging, and puts behind its load balancer and its
 * distribution what an emulator lacks: servers that answer. Only what has an address of AWS's own is changed after Terraform.
 */
export async function startStagingCloud({
  host = "127.0.0.1",
  port,
  withProduction = false,
}: { host?: string | undefined; port?: number | undefined; withProduction?: boolean } = {}): Promise<StagingCloud> {
  const platform = parsePlatform(await readFile(join(repositoryRoot, "platform.json"), "utf8"))
  const { region } = platform
  const state = join(repositoryRoot, ".cathouse")
  const started: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  try {
    const { cert: certificate, private: key } = await generate([{ name: "commonName", value: "localhost" }])
    const postgres = await startPostgres({ tls: { certificate, key } })
    started.push(postgres.close)
    const applied = await copyAppliedStaging()
    started.push(applied.remove)
    const ministack = await startMinistack(join(state, "ministack", "bin", "python"), {
      stateFolder: applied.ministackState,
    })
    started.push(ministack.close)
    const emulator = connect({ region, endpoint: ministack.url, credentials: root })
    const images = imageStore(join(state, "images"), join(state, "uv", "bin", "uv"))
    const logs = taskLogs(emulator)
    const rollouts = startRollouts({
      driver: processDriver(pulling(images, ministack.url)),
      region,
      account,
      targetGroup: (arn) => readHealthCheck(emulator, arn),
      alarmsGoneOff: (names) => alarmsGoneOff(emulator, names),
      secretValue: (valueFrom) => readSecret(emulator, valueFrom),
      log: (line) => logs.write(line),
    })
    started.push(logs.flush, rollouts.close)
    await applied.replay(rollouts)
    const counted = metrics()
    const controlPlane = await startControlPlane(rollouts, ministack.url, { host, port, metrics: counted })
    started.push(controlPlane.close)
    const aws = connect({ region, endpoint: controlPlane.url, credentials: root })

    const open = async (environment: "staging" | "production") => {
      const made = await readInfrastructure(aws, platform, environment)
      await hurry(aws, made)
      const rules = rulesOf(platform, rollouts, (service) => made.targetGroups[service])
      const loadBalancer = await startLoadBalancer(rules, { port: 0, host, count: counted.count })
      started.push(loadBalancer.close)
      const pages = freezable(aws, ministack.url, made.site!.bucket)
      const name = await functionOf(await aws.cloudfront(), made.site!.distribution)
      const code = liveFunction(ministack.url, name!)
      const site = await startSiteServer({
        origin: pages.origin,
        apiUrl: loadBalancer.url,
        apiPatterns: apiPatterns(platform.services),
        host,
        code,
      })
      started.push(site.close)
      const ssm = await aws.ssm()
      const put = (name: string, Value: string) =>
        ssm.putParameter({
          Name: `${parameterPrefix(platform, environment)}${name}`,
          Value,
          Type: "String",
          Overwrite: true,
        })
      await put("publicUrl", site.url)
      await put("site", JSON.stringify({ ...made.site, url: site.url }))
      return { pages, infrastructure: await readInfrastructure(aws, platform, environment) }
    }
    const addProduction = async () => {
      const folder = await applyInfrastructure(controlPlane.url, "production", { roots: ["environment"] })
      started.push(() => rm(folder, { recursive: true, force: true }))
      await keepApplied("production", folder)
      return open("production")
    }
    const [{ pages, infrastructure }, production] = await Promise.all([
      open("staging"),
      withProduction ? addProduction() : undefined,
    ])

    return {
      endpoint: controlPlane.url,
      aws,
      terraformFolder: applied.terraformFolder,
      serveStale: pages.serveStale,
      infrastructure,
      production: production?.infrastructure,
      variables: {
        ...(await deployersCredentials(aws)),
        STAGING_DATABASE_URL: `${postgres.url}?sslmode=require`,
        STAGING_JWT_SECRET: "a-secret-of-the-tests-that-signs-tokens",
        STAGING_ENCRYPTION_KEY: `${Buffer.from("thirty-two bytes for the testing").toString("base64url")}=`,
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** An access key of the user that Terraform made for deploys from a laptop, and the role that this user may assume. */
async function deployersCredentials(aws: Aws): Promise<Record<string, string>> {
  const iam = await aws.iam()
  const { AccessKey } = await iam.createAccessKey({ UserName: "cat-house-deployer" })
  return {
    AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
    AWS_ROLE_ARN: `arn:aws:iam::${account}:role/cat-house-staging-deployer`,
  }
}

/** A load balancer that checks once a second, as the local environment's does, so that a roll-out takes seconds. */
async function hurry(aws: Aws, { targetGroups }: Infrastructure): Promise<void> {
  const elb = await aws.elb()
  for (const TargetGroupArn of Object.values(targetGroups)) {
    await elb.modifyTargetGroup({ TargetGroupArn, ...quickHealthCheck })
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "1" }]
    await elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes })
  }
}

/** The bucket, whose objects can be frozen, as a distribution may go on serving what it has cached. */
function freezable(aws: Aws, endpoint: string, Bucket: string): { origin: Origin; serveStale(): Promise<void> } {
  const frozen = new Map<string, () => Response>()
  const bucket = bucketOrigin(endpoint, Bucket)
  return {
    origin: async (key) => frozen.get(key)?.() ?? bucket(key),
    async serveStale() {
      const s3 = await aws.s3()
      const { Contents = [] } = await s3.listObjectsV2({ Bucket })
      for (const { Key } of Contents) {
        const response = await bucket(Key!)
        if (!response.ok) throw new Error(`${Key} of ${Bucket} cannot be kept: ${response.status}`)
        const { headers } = response
        const content = await response.arrayBuffer()
        frozen.set(Key!, () => new Response(content, { headers }))
      }
    },
  }
}
