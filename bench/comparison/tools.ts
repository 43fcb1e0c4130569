import { execFile, spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { run as runTerraform, terraform } from "../../dagger/test/infra/terraform.ts"

/** Where a service is deployed to, and from which working copy. */
export interface Place {
  copy: string
  endpoint: string
  region: string
  cluster: string
  service: string
  /** ARN of what runs before */
  former: string
}

interface Prepared extends Place {
  /** That a tool has for itself meanwhile */
  folder?: string
}

/** How a tool ended. */
export interface End {
  /** Undefined where it was ended, as it did not end by itself */
  exitCode: number | undefined
  seconds: number
  output: string
}

/** Something that deploys a service. */
export interface Tool {
  name: string
  /** Has it know the service; not measured */
  prepare?(place: Place): Promise<Prepared>
  /** As it is typed, a command a line, one after the other while each succeeds */
  commands(place: Prepared, taskDefinition: string): string[][]
}

const root = join(import.meta.dirname, "..", "..")
const state = join(root, ".cathouse")

/** A tool that has not ended after so long is ended. */
const patienceSeconds = 300

/** The tools that there are here; this one is the first, as it registers the task definition that the others deploy. */
export async function findTools(): Promise<Tool[]> {
  const aws = join(await install("awscli", join(root, "bench", "awscli")), "aws")
  const ecs = join(await install("ecs-deploy", join(root, "bench", "comparison", "ecs-deploy")), "ecs")
  if (!terraform.found) console.log(`skipped: Terraform, as there is ${terraform.missing}`)
  return [
    { name: "cathouse deploy", commands: () => [[process.execPath, join(root, "dagger", "node", "cli.ts"), "deploy"]] },
    {
      name: "aws ecs wait services-stable",
      commands: ({ cluster, service }, taskDefinition) => [
        [
          aws,
          "ecs",
          "update-service",
          ...options({ cluster, service, "task-definition": taskDefinition, query: "null" }),
        ],
        [aws, "ecs", "wait", "services-stable", ...options({ cluster, services: service })],
      ],
    },
    {
      name: "ecs deploy (ecs-deploy)",
      commands: ({ cluster, service }, taskDefinition) => [[ecs, "deploy", cluster, service, "--task", taskDefinition]],
    },
    ...(terraform.found ? [steadyState(terraform.found.initArguments)] : []),
  ]
}

const options = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])

/** Terraform that manages the service, imported, and waits for its steady state. */
const steadyState = (initArguments: string[]): Tool => ({
  name: "terraform apply, wait_for_steady_state",
  async prepare(place) {
    const folder = await mkdtemp(join(tmpdir(), "cat-house-steady-"))
    await writeFile(join(folder, "main.tf"), configuration(place))
    const env = environmentOf(place.endpoint, place.region)
    const terraform = (...args: string[]) => runTerraform("terraform", args, { cwd: folder, env })
    const given = ["-input=false", `-var=task_definition=${place.former}`]
    await terraform("init", "-input=false", ...initArguments)
    await terraform("import", ...given, "aws_ecs_service.it", `${place.cluster}/${place.service}`)
    await terraform("apply", "-auto-approve", ...given)
    return { ...place, folder }
  },
  commands: ({ folder }, taskDefinition) => [
    [
      "terraform",
      `-chdir=${folder}`,
      "apply",
      "-auto-approve",
      "-input=false",
      "-no-color",
      `-var=task_definition=${taskDefinition}`,
    ],
  ],
})

const configuration = ({ region, cluster, service, former }: Place): string => `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
provider "aws" {
  region                      = "${region}"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
variable "task_definition" {
  type = string
}
resource "aws_ecs_service" "it" {
  name                  = "${service}"
  cluster               = "${former.replace(/task-definition\/.*/, `cluster/${cluster}`)}"
  task_definition       = var.task_definition
  wait_for_steady_state = true
  lifecycle {
    ignore_changes = [
      alarms, availability_zone_rebalancing, deployment_circuit_breaker, deployment_controller, deployment_maximum_percent,
      deployment_minimum_healthy_percent, desired_count, health_check_grace_period_seconds, launch_type, load_balancer,
      network_configuration, platform_version, tags,
    ]
  }
}
`

/** Gets a tool into `.cathouse`, and returns where its programs are. */
async function install(name: string, project: string): Promise<string> {
  const environment = join(state, name)
  await promisify(execFile)(join(state, "uv", "bin", "uv"), ["sync", "--locked", "--project", project], {
    env: { ...process.env, UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" },
  })
  return join(environment, "bin")
}

/** Nothing of the caller's: a mistake cannot reach AWS. */
function environmentOf(endpoint: string, region: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|TF|CATHOUSE)_/.test(name))
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    CHECKPOINT_DISABLE: "1",
  }
}

/** Runs a tool's commands, and times them from the first one's start to the last one's end. */
export async function use(tool: Tool, place: Place, taskDefinition: string): Promise<End> {
  const prepared: Prepared = (await tool.prepare?.(place)) ?? place
  try {
    return await timed(tool, prepared, taskDefinition)
  } finally {
    if (prepared.folder) await rm(prepared.folder, { recursive: true, force: true })
  }
}

async function timed(tool: Tool, prepared: Prepared, taskDefinition: string): Promise<End> {
  const started = performance.now()
  let output = ""
  let exitCode: number | undefined
  for (const [program, ...args] of tool.commands(prepared, taskDefinition)) {
    const child = spawn(program!, args, {
      cwd: prepared.copy,
      env: environmentOf(prepared.endpoint, prepared.region),
      stdio: ["ignore", "pipe", "pipe"],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()))
    const left = patienceSeconds * 1000 - (performance.now() - started)
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.max(0, left))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve)
    })
    clearTimeout(timer)
    exitCode = code ?? undefined
    if (exitCode !== 0) break
  }
  return { exitCode, seconds: (performance.now() - started) / 1000, output }
}
