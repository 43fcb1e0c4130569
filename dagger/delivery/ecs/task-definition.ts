import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "#aws/ecs"
import { poolOf } from "../preflight/connection-budget.ts"
import type { SecretName, Service } from "../../platform/manifest.ts"
import type { BuiltImage, Target } from "../target.ts"

/** The label by which a task definition tells the version that it runs; the image's digest is another thing in ECR. */
export const versionLabel = "cat-house.version"

/** Where ECS finds secrets' values: `ARN:::version-id`, so that a task definition names the very value that it runs with. */
export type SecretReferences = Record<SecretName, string>

/** A service's task definition. It depends on manifest, environment, image and secrets' versions, and on nothing else. */
export function taskDefinition(
  target: Target,
  service: Service,
  built: BuiltImage,
  secrets: SecretReferences,
): RegisterTaskDefinitionCommandInput {
  const { infrastructure, platform } = target
  return {
    family: familyOf(target, service.name),
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: String(service.cpu),
    memory: String(service.memory),
    executionRoleArn: infrastructure.roles.execution,
    taskRoleArn: infrastructure.roles.task,
    containerDefinitions: [
      {
        name: service.name,
        image: built.image,
        essential: true,
        readonlyRootFilesystem: service.readonlyRootFilesystem,
        stopTimeout: service.stopTimeout,
        portMappings: service.route ? [{ containerPort: service.route.port, protocol: "tcp" }] : [],
        ...(service.command && { command: service.command }),
        ...(service.healthCheck && { healthCheck: asEcsHasIt(service.healthCheck) }),
        environment: Object.entries(variablesOf(target, service)).map(([name, value]) => ({ name, value })),
        secrets: service.secrets.map((name) => ({ name, valueFrom: secrets[name] ?? infrastructure.secrets[name]! })),
        dockerLabels: { [versionLabel]: built.version },
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": infrastructure.logGroups[service.name]!,
            "awslogs-region": platform.region,
            "awslogs-stream-prefix": service.name,
          },
        },
      },
    ],
  }
}

/** ECS's health checks begin with what runs them. */
const asEcsHasIt = ({ command, ...others }: NonNullable<Service["healthCheck"]>) => ({
  ...others,
  command: /^CMD(-SHELL)?$/.test(command[0]!) ? command : ["CMD", ...command],
})

/** The family of a service's, or of a job's, task definitions. */
export const familyOf = ({ platform, environment }: Target, name: string): string =>
  `${platform.name}-${environment}-${name}`

/** What a service's tasks are told, beside secrets; what the environment says counts before what the manifest says. */
function variablesOf({ infrastructure, environment, platform }: Target, service: Service): Record<string, string> {
  const pool = poolOf(platform, environment, service)
  const plain = Object.entries(service.environment).flatMap(([name, value]) => {
    const here = typeof value === "string" ? value : value[environment]
    return here === undefined ? [] : [[name, here] as const]
  })
  return {
    ENVIRONMENT: environment,
    ...(pool && { DATABASE_POOL_SIZE: String(pool.size), DATABASE_MAX_OVERFLOW: String(pool.overflow) }),
    ...Object.fromEntries(plain),
    ...infrastructure.variables?.[service.name],
  }
}

/** The version that a task definition runs; undefined for one that this pipeline did not make. */
export function versionIn(definition: TaskDefinition | undefined): string | undefined {
  return container(definition)?.dockerLabels?.[versionLabel]
}

/** The secrets' versions that a task definition runs with. */
export function secretsIn(definition: TaskDefinition | undefined): SecretReferences {
  const secrets = container(definition)?.secrets ?? []
  return Object.fromEntries(secrets.map(({ name, valueFrom }) => [name, valueFrom])) as SecretReferences
}

/** The essential container; a service's task has one. */
export function container(
  definition: Pick<TaskDefinition, "containerDefinitions"> | undefined,
): ContainerDefinition | undefined {
  return definition?.containerDefinitions?.[0]
}

/** Whether a registered task definition is what is wanted; ECS adds fields of its own, which do not count. */
export function runs(registered: TaskDefinition, wanted: RegisterTaskDefinitionCommandInput): boolean {
  const { command, entryPoint, healthCheck } = container(registered) ?? {}
  const ours = container(wanted)
  // What ours leave to the image is in none of them. One that was made by hand, with the same image, must not pass for it.
  const more = (command?.length && !ours?.command) || entryPoint?.length || (healthCheck && !ours?.healthCheck)
  return holds(registered, wanted) && !more
}

/** What ECS was given, without what it has added. */
export function asRegistered(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const { family, containerDefinitions, networkMode, requiresCompatibilities, cpu, memory } = definition
  const { executionRoleArn, taskRoleArn } = definition
  return {
    family,
    containerDefinitions,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    taskRoleArn,
  }
}

export async function registerTaskDefinition(
  target: Target,
  wanted: RegisterTaskDefinitionCommandInput,
): Promise<string> {
  const ecs = await target.aws.ecs()
  const registered = await ecs.registerTaskDefinition(wanted)
  return registered.taskDefinition!.taskDefinitionArn!
}

/** Every wanted value is there. An empty list is as good as none, and lists of named things have no order. */
function holds(registered: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const [theirs, ours] = [byName(registered ?? []), byName(wanted)]
    return theirs.length === ours.length && ours.every((item, index) => holds(theirs[index], item))
  }
  if (typeof wanted === "object" && wanted !== null) {
    const fields = (registered ?? {}) as Record<string, unknown>
    return Object.entries(wanted).every(([key, value]) => value === undefined || holds(fields[key], value))
  }
  return registered === wanted
}

const byName = (list: unknown): unknown[] =>
  (list as { name?: string }[]).toSorted((one, other) => (one.name ?? "").localeCompare(other.name ?? ""))
