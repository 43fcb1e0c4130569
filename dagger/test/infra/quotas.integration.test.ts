import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"
import { printAtTheEnd } from "../run-folder.ts"
import { startIdleCloud, type IdleCloud } from "./idle-cloud.ts"
import { quotas, type Resource } from "./quotas.ts"
import { copyInfra, initLocal, terraform, terraformIn } from "./terraform.ts"

const counts = [4, 16, 64]

/** All that has a quota which grows with the services; the services themselves take an emulator minutes. */
const measured = [
  "aws_iam_role_policy.deployer",
  "aws_iam_role_policy.planner",
  "aws_iam_role_policy.execution",
  "aws_ssm_parameter.module",
  "aws_lb_listener_rule.service",
  "aws_lb_listener_rule.health",
  "aws_vpc_security_group_ingress_rule.cloudfront",
  "aws_vpc_security_group_ingress_rule.tasks",
  "aws_vpc_security_group_egress_rule.load_balancer",
]

describe.skipIf(terraform.missing)("AWS's quotas", () => {
  const byCount = new Map<number, Resource[]>()
  let copy: string
  let state: string
  let cloud: IdleCloud

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), "cat-house-quotas-"))
    // Not ministack itself: it closes connections that Terraform is about to use, and a create whose answer is lost fails.
    cloud = await startIdleCloud("sa-east-1", state)
    copy = await copyInfra()
    await initLocal(copy, "environment")
    for (const count of counts) byCount.set(count, await environmentOf(count))
    await print()
  }, 1_200_000)
  afterAll(async () => {
    await cloud.close()
    for (const folder of [copy, state]) await rm(folder, { recursive: true })
  })

  test.each(quotas)("of $limit $name has room for 64 services ($source)", ({ used, limit }) => {
    for (const count of counts) expect(used(byCount.get(count)!), `${count} services`).toBeLessThanOrEqual(limit)
  })

  test("no two of 64 services have one name in AWS", () => {
    const groups = byCount.get(64)!.filter(({ type }) => type === "aws_lb_target_group")
    expect(new Set(groups.map(({ values }) => values.name)).size).toBe(64)
  })

  /** What Terraform makes of an environment for a platform of so many services. */
  async function environmentOf(count: number): Promise<Resource[]> {
    await writeFile(join(copy, "platform.json"), JSON.stringify(await platformOf(count)))
    const targets = measured.map((address) => `-target=${address}`)
    // Nobody else changes what is there: it is not read again.
    const options = ["-auto-approve", "-refresh=false", "-input=false", "-no-color", "-parallelism=10"]
    const variables = ["-var-file=production.tfvars", "-var=github_repository=octocat/cat-house"]
    await terraformIn(copy, "environment", ["apply", ...options, ...variables, ...targets], cloud.endpoint)
    const applied = JSON.parse(await terraformIn(copy, "environment", ["show", "-json"], cloud.endpoint)) as State
    return applied.values.root_module.resources
  }

  async function print(): Promise<void> {
    const lines = quotas.map(({ name, limit, used }) => {
      const uses = counts.map((count) => String(used(byCount.get(count)!)).padStart(8))
      return `${name.padEnd(42)}${String(limit).padStart(8)}${uses.join("")}`
    })
    const heads = ["limit", ...counts.map((count) => `at ${count}`)].map((head) => head.padStart(8))
    await printAtTheEnd("quotas", [`${"AWS's quota, used by so many services".padEnd(42)}${heads.join("")}`, ...lines])
  }
})

interface State {
  values: { root_module: { resources: Resource[] } }
}

/** The platform of this repository, with copies of its services until there are so many. */
async function platformOf(count: number): Promise<unknown> {
  const platform = JSON.parse(await readFile(join(repositoryRoot, "platform.json"), "utf8")) as {
    services: Record<string, { port: number; path: string; deployed?: boolean }>
  }
  const deployed = Object.values(platform.services).filter((service) => service.deployed !== false)
  for (let index = deployed.length; index < count; index++) {
    const letter = (position: number) => String.fromCharCode(97 + (position % 26))
    const name = `recommendations-${letter(Math.floor(index / 26))}${letter(index)}`
    const like = deployed[index % deployed.length]!
    platform.services[name] = { ...like, port: 9000 + index, path: `/api/v1/${name}` }
  }
  return platform
}
