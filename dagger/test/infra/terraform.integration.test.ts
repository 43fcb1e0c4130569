import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Aws } from "../../aws/clients.ts"
import { readInfrastructure } from "../../aws/infrastructure.ts"
import { account } from "../../local-cloud/ministack.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { copyAppliedStaging } from "./applied-staging.ts"
import { startIdleCloud } from "./idle-cloud.ts"
import { applyPlan, copyInfra, destroyInfrastructure, init, plan, run, terraform, terraformIn } from "./terraform.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const platform = parsePlatform(await readFile(join(root, "platform.json"), "utf8"))
const roots = ["shared", "environment"] as const

/** What ministack answers otherwise than AWS: blocks of a headers policy that were never set, and alarms without half of what they are. */
const drift = /^aws_(cloudfront_response_headers_policy\.security\[0\]$|cloudwatch_metric_alarm\.)/

const name = terraform.missing ? `Terraform (skipped: ${terraform.missing})` : "Terraform"

describe.skipIf(terraform.missing)(name, () => {
  test.each(roots)("%s is formatted, valid, and passes its own tests", { timeout: 600_000 }, async (configuration) => {
    const copy = await copyInfra()
    onTestFinished(() => rm(copy, { recursive: true }))
    await terraformIn(copy, configuration, ["fmt", "-check", "-recursive", "-diff"])
    await init(copy, configuration)
    await terraformIn(copy, configuration, ["validate", "-no-color"])
    expect(await terraformIn(copy, configuration, ["test", "-no-color"])).toMatch(/[1-9]\d* passed, 0 failed/)
  })

  test.each([
    ["a strategy that shifts traffic", "shifting", ["."], '"staging": { "strategy": { "type": "canary" },'],
    ["a job that has a schedule", "jobs", ["examples", "worker-and-schedule"], '"staging": {'],
  ])("an environment with %s has what ECS needs for it", { timeout: 600_000 }, async (_, name, folder, staging) => {
    const copy = await copyInfra()
    onTestFinished(() => rm(copy, { recursive: true }))
    const manifest = await readFile(join(root, ...folder, "platform.json"), "utf8")
    await writeFile(join(copy, "platform.json"), manifest.replace('"staging": {', staging))
    const tests = join("tests", `${name}.tftest.hcl`)
    await cp(join(import.meta.dirname, `${name}.tftest.hcl`), join(copy, "infra", "environment", tests))
    await init(copy, "environment")
    const told = await terraformIn(copy, "environment", ["test", "-no-color", `-filter=${tests}`])
    expect(told).toContain("1 passed, 0 failed")
  })

  test("an environment is made, found by the module, left alone, and unmade", { timeout: 900_000 }, async () => {
    const { terraformFolder, ministackState, replay, remove } = await copyAppliedStaging()
    onTestFinished(remove)
    const cloud = await startIdleCloud(platform.region, ministackState)
    onTestFinished(cloud.close)
    await replay(cloud.ecs)
    const { endpoint, aws } = cloud

    const infrastructure = await readInfrastructure(aws, platform, "staging")
    const services = platform.services.map((service) => service.name).sort()
    expect(infrastructure).toMatchObject({
      cluster: "cat-house-staging",
      registry: `${account}.dkr.ecr.${platform.region}.amazonaws.com`,
      publicUrl: infrastructure.site?.url,
    })
    expect(Object.keys(infrastructure.targetGroups).sort()).toEqual(services)
    expect(Object.keys(infrastructure.logGroups).sort()).toEqual(services)
    const ecs = await aws.ecs()
    const { cluster } = infrastructure
    const described = await ecs.describeServices({ cluster, services })
    expect(described.services?.map(({ desiredCount, deployments }) => [desiredCount, deployments?.length])).toEqual(
      services.map(() => [0, 1]),
    )

    // What a deploy does: secrets get values, a service another revision.
    const secrets = await aws.secrets()
    const value = "postgresql://cat:a-secret-that-only-this-test-knows@neon"
    await secrets.putSecretValue({ SecretId: infrastructure.secrets.DATABASE_URL, SecretString: value })
    const family = "cat-house-staging-auth"
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: family })
    const { containerDefinitions, networkMode, requiresCompatibilities, cpu, memory } = taskDefinition!
    const { executionRoleArn } = taskDefinition!
    const compute = { networkMode, requiresCompatibilities, cpu, memory, executionRoleArn }
    await ecs.registerTaskDefinition({ family, ...compute, containerDefinitions })
    await ecs.updateService({ cluster, service: "auth", taskDefinition: family })

    for (const configuration of roots) {
      const { resource_changes = [] } = await plan(terraformFolder, configuration, "staging", endpoint)
      const changed = resource_changes.filter(({ change }) => change.actions.join() !== "no-op")
      expect(changed.map(({ address }) => address).filter((address) => !drift.test(address))).toEqual([])
      await applyPlan(terraformFolder, configuration, endpoint)
    }
    const auth = await ecs.describeServices({ cluster, services: ["auth"] })
    expect(auth.services?.[0]?.taskDefinition).toMatch(/:task-definition\/cat-house-staging-auth:2$/)
    for (const configuration of roots) {
      const written = await everythingIn(join(terraformFolder, "infra", configuration))
      expect(written).not.toContain("a-secret-that-only-this-test-knows")
      expect(written).not.toMatch(/aws_secretsmanager_secret_version|aws_nat_gateway/)
    }

    await destroyInfrastructure(terraformFolder, endpoint, "staging")
    expect(await leftovers(aws)).toEqual([])
    await expect(readInfrastructure(aws, platform, "staging")).rejects.toThrow("staging is not set up")
  })

  test("checkov finds nothing that is not excused", { timeout: 600_000 }, async () => {
    const environment = join(root, ".cathouse", "checkov")
    const env = { ...process.env, UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" }
    const project = join(root, "infra", "checkov")
    await run(join(root, ".cathouse", "uv", "bin", "uv"), ["sync", "--quiet", "--locked", "--project", project], { env })
    const options = ["--framework", "terraform", "--compact", "--quiet", "--skip-download"]
    const folders = roots.flatMap((configuration) => ["--directory", join(root, "infra", configuration)])
    const program = join(environment, "bin", "checkov")
    const output = await run(program, [...folders, ...options])
    expect(output).toContain("Failed checks: 0")
    expect(output).toMatch(/Passed checks: [1-9]/)
  })
})

/** Terraform's state and plan files of a root, as one text. */
async function everythingIn(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => /\.tfstate|\.tfplan/.test(file))
  expect(files).toContain("terraform.tfstate")
  return (await Promise.all(files.map((file) => readFile(join(folder, file), "latin1")))).join("\n")
}

/** Names of what is still there, of each kind that costs something or holds a name. */
async function leftovers(aws: Aws): Promise<unknown[]> {
  const repositories = await (await aws.ecr()).describeRepositories({})
  const buckets = await (await aws.s3()).listBuckets({})
  const clusters = await (await aws.ecs()).describeClusters({ clusters: ["cat-house-staging"] })
  const loadBalancers = await (await aws.elb()).describeLoadBalancers({})
  const targetGroups = await (await aws.elb()).describeTargetGroups({})
  const secrets = await (await aws.secrets()).listSecrets({})
  const logGroups = await (await aws.logs()).describeLogGroups({})
  const distributions = await (await aws.cloudfront()).listDistributions({})
  const roles = await (await aws.iam()).listRoles({})
  return [
    ...(repositories.repositories ?? []),
    ...(buckets.Buckets ?? []),
    ...(clusters.clusters ?? []),
    ...(loadBalancers.LoadBalancers ?? []),
    ...(targetGroups.TargetGroups ?? []),
    ...(secrets.SecretList ?? []),
    ...(logGroups.logGroups ?? []),
    ...(distributions.DistributionList?.Items ?? []),
    ...(roles.Roles ?? []).filter(({ RoleName }) => RoleName?.startsWith("cat-house")),
  ]
}
