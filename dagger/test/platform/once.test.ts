import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { usedSecrets } from "../../delivery/secrets/plan.ts"
import { remoteEnvironments } from "../../platform/environments.ts"
import { manifestSchema } from "../../platform/manifest-schema.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { variableOf } from "../../platform/schema/secret.ts"
import { repositoryRoot } from "../platform-copy.ts"

// What has to stand elsewhere, too, because Docker, Python, Terraform and GitHub cannot read platform.json.

const read = (...path: string[]) => readFileSync(join(repositoryRoot, ...path), "utf8")
const text = read("platform.json")
const platform = parsePlatform(text)
const services = Object.entries(manifestSchema.parse(JSON.parse(text)).services)
const environments = remoteEnvironments(platform).map(({ name }) => name)

describe.each(services)("%s", (name, { port, path }) => {
  test("listens where platform.json says: in its image, and when it is started by hand", () => {
    const dockerfile = read("services", name, "Dockerfile")
    expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe(String(port))
    expect(/\bPORT=(\d+)$/m.exec(dockerfile)?.[1]).toBe(String(port))
    expect(/port: Port = (\d+)/.exec(read("services", name, "app", "settings.py"))?.[1]).toBe(String(port))
  })

  test("answers below its path", () => {
    const [, service] = /service: ClassVar\[str\] = "([^"]+)"/.exec(read("services", name, "app", "settings.py")) ?? []
    expect(path).toBe(`/api/v1/${service}`)
  })
})

test("each folder of services/ with a Dockerfile is a service of platform.json", () => {
  const folders = readdirSync(join(repositoryRoot, "services")).filter((name) =>
    existsSync(join(repositoryRoot, "services", name, "Dockerfile")),
  )
  expect(folders.sort()).toEqual(services.map(([name]) => name).sort())
})

test("each environment in AWS has its tfvars file, which names it, and no other file does", () => {
  const folder = join("infra", "environment")
  const files = readdirSync(join(repositoryRoot, folder)).filter((file) => file.endsWith(".tfvars"))
  expect(files.sort()).toEqual(environments.map((name) => `${name}.tfvars`).sort())
  for (const name of environments) {
    expect(/^environment += "(.+)"$/m.exec(read(folder, `${name}.tfvars`))?.[1]).toBe(name)
  }
})

test.each(environments)("%s has its secrets among the references of .env, which Dagger reads", (name) => {
  const references = [...read(".env").matchAll(/env:\/\/(\w+)/g)].map(([, variable]) => variable)
  for (const secret of usedSecrets(platform)) expect(references).toContain(variableOf(platform, name, secret))
})

test.each(environments)("%s has a workflow, whose jobs run in GitHub's environment of this name", (name) => {
  const workflow = parse(read(".github", "workflows", `deploy-${name}.yml`)) as {
    jobs: Record<string, { environment?: string }>
  }
  const used = Object.values(workflow.jobs).map(({ environment }) => environment)
  const { approval } = platform.environments.find((environment) => environment.name === name)!
  expect(used).toEqual(approval ? [`${name}-plan`, name] : [name])
})
