import { cp, mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { firstFiles } from "../../init/first-files.ts"
import { copyExample } from "../examples/example.ts"
import { copyInfra, init, terraform, terraformIn } from "./terraform.ts"

test.skipIf(terraform.missing)("Terraform takes the manifest and the variables that init writes", async () => {
  const root = await copyExample("two-services")
  await rm(join(root, "platform.json"))
  await mkdir(join(root, "mailer"))
  await writeFile(join(root, "mailer", "Dockerfile"), 'FROM scratch\nCMD ["/mailer"]\n')
  const { written } = await firstFiles(root, { name: "acme", region: "eu-central-1" })

  const copy = await copyInfra()
  onTestFinished(() => rm(copy, { recursive: true }))
  const folder = join(copy, "infra", "environment")
  await writeFile(join(folder, "acme.json"), written["platform.json"]!)
  const tests = join("tests", "first-files.tftest.hcl")
  await cp(join(import.meta.dirname, "first-files.tftest.hcl"), join(folder, tests))
  await init(copy, "environment")
  for (const name of ["staging", "production"]) {
    await writeFile(join(folder, "acme.tfvars"), written[`infra/${name}.tfvars`]!)
    await terraformIn(copy, "environment", ["fmt", "-check", "acme.tfvars"])
    const args = ["test", "-no-color", `-filter=${tests}`, "-var-file=acme.tfvars"]
    expect(await terraformIn(copy, "environment", args)).toContain("1 passed, 0 failed")
  }
})
