import { rename, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { copyExample } from "../examples/example.ts"
import { rowOf } from "../node/table.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { edit } from "../working-copy.ts"
import { daggerIn } from "./dagger.ts"

const call = ["-m", repositoryRoot, "call", "--source", "."]

test.each([
  ["two-services", ["shop", "stock"]],
  ["worker-and-schedule", ["desk", "clerk"]],
  ["other-migrations", ["shelf"]],
])("%s is deployed from a folder of its own, and a service that is broken is put back", async (name, services) => {
  const root = await copyExample(name)
  const deployed = await daggerIn(root, ...call, "deploy")
  expect(deployed.exitCode, deployed.stderr).toBe(0)
  for (const service of services) expect(rowOf(deployed.stdout, service)).toContain("1 of 1")
  const broken = await daggerIn(root, ...call, "rollback-verify", "--service", services[0]!, "--breakage", "CRASH")
  expect(broken.exitCode, broken.stderr).toBe(0)
  expect(rowOf(broken.stdout, "crash")[1]).toMatch(/^the breaker/)
})

test("an image without a shell, of a folder that is not in services/, is deployed and put back", async () => {
  const root = await copyExample("two-services")
  await mkdir(join(root, "apps"))
  await rename(join(root, "services", "stock"), join(root, "apps", "stock"))
  await edit(root, "platform.json", (text) => text.replace('"port": 8080,', '"port": 8080, "folder": "apps/stock",'))
  const broken = await daggerIn(root, ...call, "rollback-verify", "--service", "stock", "--breakage", "CRASH")
  expect(broken.exitCode, broken.stderr).toBe(0)
})
