import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { seen } from "../docs/failure-table.ts"
import { cathouse } from "../node/cathouse.ts"
import { rowOf } from "../node/table.ts"
import { copyExample } from "./example.ts"

/** The example as its team had it before: two folders with a Dockerfile each. */
async function withoutManifest(): Promise<string> {
  const root = await copyExample("two-services")
  await rm(join(root, "platform.json"))
  return root
}

test("what init writes for a Node and a Go service is deployed as it is, and a second init changes nothing", async () => {
  const root = await withoutManifest()
  const { exitCode, stdout, stderr } = await cathouse(root, ["init", "--name", "acme", "--region", "eu-central-1"])
  expect(exitCode, stderr).toBe(0)
  expect(rowOf(stdout, "shop").slice(1)).toEqual(["services/shop", "3000", "/", "/healthz", "node server.js"])
  expect(rowOf(stdout, "stock").slice(1)).toEqual(["services/stock", "8080", "/stock", "/stock/health", ".bin/stock"])
  expect(stdout).toContain("platform.json:14 services.shop.health.path: services/shop/server.js:7 names it")

  const deployed = await cathouse(root, ["deploy", "--env", "local"])
  expect(deployed.exitCode, deployed.stderr).toBe(0)
  for (const service of ["shop", "stock"]) expect(rowOf(deployed.stdout, service)).toContain("healthy")

  const before = await readFile(join(root, "platform.json"), "utf8")
  const again = await cathouse(root, ["init", "--name", "other", "--region", "eu-west-1"])
  expect(again.stdout).toContain("Nothing is missing, so nothing was written.\n\nKept as it is: platform.json, .env, ")
  expect(await readFile(join(root, "platform.json"), "utf8")).toBe(before)
})

test("[file-unwritable] where one file cannot be written, none is", async () => {
  const root = await withoutManifest()
  await writeFile(join(root, ".github"), "a file")
  const { exitCode, stderr } = await cathouse(root, ["init"])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(seen())
  expect(stderr).toContain("refused: .github/workflows/deploy-local.yml cannot be written: ")
  for (const path of ["platform.json", ".env", "infra/staging.tfvars"])
    await expect(readFile(join(root, path))).rejects.toThrow("ENOENT")
})

test.each([
  ["--name", "Acme Inc", "Expected at most 20 small letters, digits, and single hyphens between them."],
  ["--region", "moon", "Expected a region such as eu-central-1."],
  ["--module-address", "cat-house", "Expected github.com/OWNER/cat-house@VERSION."],
])("%s %s is refused, and nothing is written", async (flag, value, words) => {
  const root = await withoutManifest()
  const { exitCode, stderr } = await cathouse(root, ["init", flag, value])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(words)
  await expect(readFile(join(root, "platform.json"))).rejects.toThrow("ENOENT")
})
