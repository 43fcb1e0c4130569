import type { ContainerDefinition, TaskOverride } from "#aws/ecs"
import type { RegisteredTaskDefinition, State, Task } from "../state.ts"
import { taskDefinition } from "./revisions.ts"

/** What the runner needs to start a task's container; secrets are still references. */
export interface Container {
  image: string
  command?: string[] | undefined
  environment: Record<string, string>
  secrets: { name: string; valueFrom: string }[]
  port?: number | undefined
  /** Where awslogs writes to, if the container definition says so */
  log?: { group: string; stream: string } | undefined
}

export function containerOf(state: State, task: Task): Container {
  const definition = containerDefinition(taskDefinition(state, task.taskDefinition))
  const override = overrideOf(task.request?.overrides, definition)
  const command = override?.command ?? definition.command
  return {
    image: definition.image ?? "",
    command: definition.entryPoint || command ? [...(definition.entryPoint ?? []), ...(command ?? [])] : undefined,
    environment: environment(definition.environment, override?.environment),
    secrets: (definition.secrets ?? []).map(({ name = "", valueFrom = "" }) => ({ name, valueFrom })),
    port: definition.portMappings?.[0]?.containerPort,
    log: logStream(definition, task),
  }
}

/** A task has one container here: RegisterTaskDefinition refuses more. */
export function containerDefinition({ definition }: RegisteredTaskDefinition): ContainerDefinition {
  return definition.containerDefinitions?.[0] ?? {}
}

function overrideOf(overrides: TaskOverride | undefined, { name }: ContainerDefinition) {
  return overrides?.containerOverrides?.find((override) => override.name === name)
}

/** Later lists win, as an override wins over the definition. */
function environment(...lists: ContainerDefinition["environment"][]): Record<string, string> {
  return Object.fromEntries(lists.flatMap((list) => list ?? []).map(({ name = "", value = "" }) => [name, value]))
}

function logStream({ name, logConfiguration }: ContainerDefinition, task: Task): Container["log"] {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = logConfiguration?.options ?? {}
  return group && prefix ? { group, stream: `${prefix}/${name}/${task.id}` } : undefined
}
