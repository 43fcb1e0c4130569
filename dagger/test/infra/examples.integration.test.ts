import { readFileSync } from "node:fs"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { readInfrastructure } from "../../aws/infrastructure.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { isRouted } from "../../platform/service.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { copyAppliedStaging } from "./applied-staging.ts"
import { startIdleCloud } from "./idle-cloud.ts"
import { actionsOfPlan } from "./plan-requests.ts"
import { applyInfrastructure, terraform } from "./terraform.ts"

/** What the planner's policy names, `cloudfront:Get*` among them. */
const patterns = readFileSync(join(repositoryRoot, "infra", "environment", "iam-planner.tf"), "utf8").match(
  /(?<=")[a-z0-9]+:[A-Za-z*]+(?=")/g,
)!
const mayPlan = (action: string): boolean =>
  patterns.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(action))

const name = terraform.missing ? `Terraform (skipped: ${terraform.missing})` : "Terraform"

describe.skipIf(terraform.missing)(name, () => {
  test("other platforms are made beside Cat House in the same account, and planned by a planner's rights", { timeout: 900_000 }, async () => {
    const { ministackState, terraformFolder, replay, remove } = await copyAppliedStaging()
    onTestFinished(remove)
    const catHouse = parsePlatform(await readFile(join(repositoryRoot, "platform.json"), "utf8"))
    const cloud = await startIdleCloud(catHouse.region, ministackState)
    onTestFinished(cloud.close)
    await replay(cloud.ecs)
    const before = await readInfrastructure(cloud.aws, catHouse, "staging")

    // Side by side: most of an apply is waiting.
    const make = async (example: string) => {
      const manifest = join(repositoryRoot, "examples", example, "platform.json")
      const platform = parsePlatform(await readFile(manifest, "utf8"))
      const folder = await applyInfrastructure(cloud.endpoint, "staging", { manifest })
      onTestFinished(() => rm(folder, { recursive: true }))

      const aws = cloud.connect(platform.region)
      const infrastructure = await readInfrastructure(aws, platform, "staging")
      expect(infrastructure).toMatchObject({ cluster: `${platform.name}-staging` })
      expect(infrastructure.site).toBeUndefined()
      const services = platform.services.map((service) => service.name)
      expect(Object.keys(infrastructure.logGroups).sort()).toEqual(services.toSorted())
      const routed = platform.services.filter(isRouted).map((service) => service.name)
      expect(Object.keys(infrastructure.targetGroups).sort()).toEqual(routed.sort())
      expect(Object.keys(infrastructure.secrets)).toEqual(Object.keys(platform.secrets))
      const { cluster } = infrastructure
      const { services: made = [] } = await (await aws.ecs()).describeServices({ cluster, services })
      expect(made.map(({ serviceName }) => serviceName).sort()).toEqual(services.toSorted())
      if (example === "worker-and-schedule") {
        const actions = await actionsOfPlan(folder, "environment", cloud.endpoint, [`-var=manifest=${manifest}`])
        expect(actions).toContain("scheduler:GetSchedule")
        expect(actions.filter((action) => !mayPlan(action))).toEqual([])
      }
    }
    await Promise.all(["two-services", "worker-and-schedule", "other-migrations"].map(make))
    for (const configuration of ["shared", "environment"] as const) {
      const actions = await actionsOfPlan(terraformFolder, configuration, cloud.endpoint)
      expect(actions.length).toBeGreaterThan(2)
      expect(actions.filter((action) => !mayPlan(action))).toEqual([])
    }
    expect(await readInfrastructure(cloud.aws, catHouse, "staging")).toEqual(before)
  })
})
