import type * as Aws from "#aws/ecs"
import { clientException } from "../aws-error.ts"
import type { Wire } from "../wire.ts"

type Input = Wire<Aws.RegisterTaskDefinitionRequest>

/** In bytes */
const longestDefinition = 65_536

/** Memory that Fargate has for each size of CPU, in MiB: from, to, and by steps of; beside it, 512 for the smallest. */
const fargateMemory: Record<number, [from: number, to: number, step: number]> = {
  256: [1024, 2048, 1024],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16_384: [32_768, 122_880, 8192],
}

/** Refuses what ECS refuses of a task definition beyond its model, in its words. Returns what it can run on. */
export function checkTaskDefinition(input: Input): Aws.Compatibility[] {
  checkFamily(input.family)
  if (Number.isNaN(sizeOf(input.cpu ?? "0", "vcpu"))) throw clientException("Invalid 'cpu' setting for task.")
  if (Number.isNaN(sizeOf(input.memory ?? "0", "gb"))) throw clientException("Invalid 'memory' setting for task.")
  const { length } = Buffer.from(JSON.stringify(input))
  if (length > longestDefinition)
    throw clientException(`Actual length: '${length}'. Max allowed length is '${longestDefinition}' bytes.`)
  for (const container of input.containerDefinitions ?? []) checkContainer(input, container)
  const why = whyNotOnFargate(input)
  if (why && input.requiresCompatibilities?.includes("FARGATE")) throw clientException(why)
  return why ? ["EC2"] : ["EC2", "FARGATE"]
}

function checkFamily(family = ""): void {
  if (!/^[\w-]*$/.test(family)) throw clientException("Family contains invalid characters.")
  if (family.length > 255) throw clientException("Family name must be at most 255 characters.")
}

function checkContainer(input: Input, container: Wire<Aws.ContainerDefinition>): void {
  const { name = "", image = "", memory, memoryReservation, portMappings = [], secrets = [] } = container
  if (!/^[\w-]{0,255}$/.test(name)) throw clientException("Container.name contains invalid characters.")
  if (/[^\w.\-:/#@]/.test(image)) throw clientException("Container.image contains invalid characters.")
  if (input.memory === undefined && memory === undefined && memoryReservation === undefined) {
    const wanted = "At least one of 'memory' or 'memoryReservation' must be specified."
    throw clientException(`Invalid setting for container '${name}'. ${wanted}`)
  }
  for (const { containerPort = 1, hostPort = 1 } of portMappings) {
    if (![containerPort, hostPort].every((port) => port >= 0 && port <= 65_535))
      throw clientException(`Invalid setting for container '${name}'. A port must be between 0 and 65535.`)
  }
  if (secrets.length > 0 && !input.executionRoleArn) {
    throw clientException(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    )
  }
  const isMoved = ({ containerPort, hostPort = containerPort }: Aws.PortMapping) => hostPort !== containerPort
  if (input.networkMode === "awsvpc" && portMappings.some(isMoved)) {
    throw clientException("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
  }
}

/** Why Fargate cannot run it, in ECS's words; undefined where it can. */
function whyNotOnFargate({ networkMode, cpu, memory, executionRoleArn, containerDefinitions = [] }: Input) {
  if (networkMode !== "awsvpc") return "Fargate only supports network mode 'awsvpc'."
  if (cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level."
  if (memory === undefined) return "Fargate requires that 'memory' be defined at the task level."
  if (!isFargateSize(sizeOf(cpu, "vcpu"), sizeOf(memory, "gb")))
    return "No Fargate configuration exists for given values."
  if (containerDefinitions.some(({ privileged }) => privileged))
    return "Fargate requires that the 'privileged' setting be 'false'."
  const logsToAws = containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === "awslogs")
  if (logsToAws && !executionRoleArn)
    return "Fargate requires task definition to have execution role ARN to support log driver awslogs."
  return undefined
}

/** Whether Fargate has so much CPU (1024 are a vCPU) with so much memory (in MiB). */
export function isFargateSize(cpu: number, memory: number): boolean {
  const [from, to, step] = fargateMemory[cpu] ?? [Infinity, 0, 1]
  return (memory >= from && memory <= to && memory % step === 0) || (cpu === 256 && memory === 512)
}

/** `1024`, or `1 vCPU`; `2048`, or `2 GB`. NaN for what is neither. */
function sizeOf(text: string, unit: "vcpu" | "gb"): number {
  const [, number, given] = /^\s*([\d.]+)\s*([a-z]*)\s*$/.exec(text.toLowerCase()) ?? []
  if (number === undefined || (given !== "" && given !== unit)) return NaN
  return Number(number) * (given === "" ? 1 : 1024)
}
