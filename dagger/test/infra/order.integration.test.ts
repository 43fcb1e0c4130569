import { rm } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { copyInfra, initLocal, terraform, terraformIn } from "./terraform.ts"

describe.skipIf(terraform.missing)("Terraform's order", () => {
  let copy: string
  let edges: [from: string, to: string][]

  beforeAll(async () => {
    copy = await copyInfra()
    await initLocal(copy, "environment")
    const graph = await terraformIn(copy, "environment", ["graph"])
    edges = [...graph.matchAll(/"(.+)" -> "(.+)";/g)].map(([, from, to]) => [from!, to!])
  })
  afterAll(() => rm(copy, { recursive: true }))

  test.each(["aws_lb.api", "aws_ecs_service.service"])("%s is made after the internet gateway", (resource) => {
    expect(madeBefore(resource)).toContain("aws_internet_gateway.main")
  })

  function madeBefore(resource: string, known = new Set<string>()): Set<string> {
    for (const [from, to] of edges) {
      if (from !== resource || known.has(to)) continue
      known.add(to)
      madeBefore(to, known)
    }
    return known
  }
})
