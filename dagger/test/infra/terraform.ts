import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"

/** Terraform with the aws provider, as they were found on this machine. */
interface Terraform {
  /** What `terraform init` needs to find the provider; nothing where the registry is reached */
  initArguments: string[]
}

export type Found = { found: Terraform; missing?: undefined } | { found?: undefined; missing: string }

/** One of Terraform's two configurations, in a copy of `infra/`. */
export type Root = "shared" | "environment"

const root = join(import.meta.dirname, "..", "..", "..")
const repository = "cat-house/cat-house"

/** Terraform on this machine, or why there is none that these tests can use; tests are skipped by that name. */
export const terraform: Found = await findTerraform()

async function findTerraform(): Promise<Found> {
  const version = await run("terraform", ["version", "-json"]).catch(() => "{}")
  const [major = 0, minor = 0] = String((JSON.parse(version) as { terraform_version?: string }).terraform_version ?? "")
    .split(".")
    .map(Number)
  if (major < 1 || (major === 1 && minor < 11)) return { missing: "no terraform >= 1.11 on the PATH" }
  const folder = await providerFolder()
  if (folder) return { found: { initArguments: [`-plugin-dir=${folder}`] } }
  const copy = await copyInfra()
  try {
    await run("terraform", ["init", "-backend=false", "-input=false"], { cwd: join(copy, "infra", "shared") })
    return { found: { initArguments: [] } }
  } catch {
    return { missing: "no aws provider 5.100.0: neither in a folder (TF_PLUGIN_DIR) nor from the registry" }
  } finally {
    await rm(copy, { recursive: true })
  }
}

/** A folder of providers on this machine: the one that is named, where Terraform itself looks, and /opt's folders. */
async function providerFolder(): Promise<string | undefined> {
  const opt = await readdir("/opt").catch(() => [])
  const folders = [
    process.env.TF_PLUGIN_DIR ?? "",
    join(homedir(), ".terraform.d", "plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    ...opt.map((name) => join("/opt", name)),
  ]
  return folders.find((folder) => existsSync(join(folder, "registry.terraform.io", "hashicorp", "aws", "5.100.0")))
}

/** `infra/` and the manifest in a folder of their own; what Terraform writes there is the copy's. */
export async function copyInfra(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-infra-"))
  const isSource = (path: string) => !/\/\.terraform(-\w+)?(\/|$)|\.tfstate|\/checkov(\/|$)/.test(path)
  await cp(join(root, "infra"), join(folder, "infra"), { recursive: true, filter: isSource })
  await cp(join(root, "platform.json"), join(folder, "platform.json"))
  return folder
}

/** Runs Terraform in one root of a copy, and returns what it writes. Throws with its output when it fails. */
export function terraformIn(
  copy: string,
  configuration: Root,
  args: string[],
  endpoint?: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const folder = join(copy, "infra", configuration)
  return run("terraform", args, { cwd: folder, env: { ...environmentOf(endpoint), ...env } })
}

/** `terraform init` without the committed backend, which is in AWS. */
export function init(copy: string, configuration: Root): Promise<string> {
  const args = ["init", "-input=false", "-no-color", "-backend=false", ...(terraform.found?.initArguments ?? [])]
  return terraformIn(copy, configuration, args)
}

/** `terraform init` with state on this disk, and with what an emulator needs and AWS does not. */
export async function initLocal(copy: string, configuration: Root): Promise<void> {
  await writeFile(join(copy, "infra", configuration, "emulator_override.tf"), override(configuration))
  await terraformIn(copy, configuration, ["init", "-input=false", ...(terraform.found?.initArguments ?? [])])
}

/** What is made: both roots of this platform, unless it says otherwise. */
interface Applied {
  /** The environment's alone, beside another one */
  roots?: Root[]
  /** Another platform's, in an account that has GitHub's identity provider */
  manifest?: string
}

/**
 * Makes an environment in an emulated cloud as it is made in AWS, from a copy of `infra/`. Returns the copy, where Terraform's
 * state is.
 */
export async function applyInfrastructure(
  endpoint: string,
  environment: "staging" | "production",
  { roots = ["shared", "environment"], manifest }: Applied = {},
): Promise<string> {
  const folder = await copyInfra()
  try {
    for (const configuration of roots) {
      await initLocal(folder, configuration)
      const args = [...changing("apply", configuration, environment), ...ofManifest(configuration, manifest)]
      await terraformIn(folder, configuration, args, endpoint)
    }
  } catch (error) {
    await rm(folder, { recursive: true })
    throw error
  }
  return folder
}

/** Takes away what was made of both roots. */
export async function destroyInfrastructure(
  folder: string,
  endpoint: string,
  environment: "staging" | "production",
): Promise<void> {
  for (const configuration of ["environment", "shared"] as const)
    await terraformIn(folder, configuration, changing("destroy", configuration, environment), endpoint)
}

/** A copy of such a folder, with Terraform's state in it. Its provider, of half a gigabyte, is shared with the folder. */
export async function copyApplied(folder: string, copy: string): Promise<void> {
  const isOwn = (path: string) => !path.endsWith(providers)
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true, filter: isOwn })
  for (const configuration of ["shared", "environment"]) {
    const path = join("infra", configuration, providers)
    if (existsSync(join(folder, path))) await symlink(join(folder, path), join(copy, path))
  }
}

const providers = join(".terraform", "providers")

/** The plan that would follow an apply, as Terraform's JSON. */
export async function plan(
  folder: string,
  configuration: Root,
  environment: "staging" | "production",
  endpoint: string,
): Promise<Plan> {
  const args = ["plan", "-input=false", "-no-color", "-out=next.tfplan", ...variables(configuration, environment)]
  await terraformIn(folder, configuration, args, endpoint)
  const text = await terraformIn(folder, configuration, ["show", "-json", "next.tfplan"], endpoint)
  return JSON.parse(text) as Plan
}

/** Applies what `plan` has found. */
export function applyPlan(folder: string, configuration: Root, endpoint: string): Promise<string> {
  return terraformIn(folder, configuration, ["apply", "-input=false", "-no-color", "next.tfplan"], endpoint)
}

export interface Plan {
  resource_changes?: { address: string; change: { actions: string[]; before: unknown; after: unknown } }[]
}

const changing = (verb: "apply" | "destroy", configuration: Root, environment: string): string[] => [
  verb,
  "-auto-approve",
  "-input=false",
  "-no-color",
  "-parallelism=30",
  ...variables(configuration, environment),
]

const ofManifest = (configuration: Root, manifest: string | undefined): string[] =>
  manifest === undefined
    ? []
    : [`-var=manifest=${manifest}`, ...(configuration === "shared" ? ["-var=identity_provider=false"] : [])]

export const variables = (configuration: Root, environment: string): string[] =>
  configuration === "shared" ? [] : [`-var-file=${environment}.tfvars`, `-var=github_repository=${repository}`]

/** What an emulator needs and AWS does not: state on this disk, buckets in the path, and what ministack lacks. */
const override = (configuration: Root): string => `
terraform {
  backend "local" {}
}
provider "aws" {
  s3_use_path_style = true
}
${overrides[configuration]}`

const overrides: Record<Root, string> = {
  // ministack cannot list a user's SSH keys, which are looked for to be deleted.
  shared: `
resource "aws_iam_user" "deployer" {
  force_destroy = false
}
`,
  // There are no edges to wait for. ministack forgets a rule's prefix list, and the provider fails when it reads that.
  environment: `
resource "aws_cloudfront_distribution" "site" {
  wait_for_deployment = false
}
resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  lifecycle {
    ignore_changes = all
  }
}
`,
}

/** No credentials of the caller's, so that a mistake cannot reach AWS. */
function environmentOf(endpoint?: string): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|TF_VAR)_/.test(name)))
  return {
    ...own,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    AWS_EC2_METADATA_DISABLED: "true",
    ...(endpoint && { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" }),
  }
}

/** Runs a program to its end; throws with the end of its output when it fails. */
export async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  let [output, errors] = ["", ""]
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve)
  })
  if (code !== 0) throw new Error(`${command} ${args[0]} failed (${code}):\n${(output + errors).slice(-6000)}`)
  return output
}
