import type * as Aws from "#aws/ecs"
import { taskDefinitionArn } from "../arns.ts"
import { clientException, invalidParameter, required } from "../aws-error.ts"
import type { RegisteredTaskDefinition } from "../state.ts"
import type { Step } from "../step.ts"
import { epochSeconds, type Wire } from "../wire.ts"
import { taskDefinitionNamed } from "./find.ts"
import { page } from "./page.ts"

export function registerTaskDefinition(
  { state, now }: Step,
  input: Wire<Aws.RegisterTaskDefinitionRequest>,
): Wire<Aws.RegisterTaskDefinitionResponse> {
  const { tags = [], ...settings } = input
  const family = required(input.family, "family")
  const revision = state.taskDefinitions.filter(({ definition }) => definition.family === family).length + 1
  const registered = {
    definition: {
      ...settings,
      containerDefinitions: containerDefinitions(input),
      taskDefinitionArn: taskDefinitionArn(state, family, revision),
      revision,
      status: "ACTIVE" as const,
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      compatibilities: ["EC2" as const, "FARGATE" as const],
      registeredAt: epochSeconds(now),
    },
    tags,
  }
  state.taskDefinitions.push(registered)
  return { taskDefinition: registered.definition, tags }
}

/** AWS answers with these fields even where they were left out. */
function containerDefinitions(input: Wire<Aws.RegisterTaskDefinitionRequest>): Wire<Aws.ContainerDefinition>[] {
  const definitions = input.containerDefinitions ?? []
  if (definitions.length === 0) throw clientException("Container list cannot be empty.")
  if (definitions.length > 1) throw clientException("The local cloud runs one container a task.")
  return definitions.map((definition) => ({
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    ...definition,
    name: required(definition.name, "Container.name"),
    image: required(definition.image, "Container.image"),
    portMappings: (definition.portMappings ?? []).map((mapping) => ({
      hostPort: mapping.containerPort,
      protocol: "tcp",
      ...mapping,
    })),
  }))
}

export function describeTaskDefinition(
  { state }: Step,
  { taskDefinition }: Wire<Aws.DescribeTaskDefinitionRequest>,
): Wire<Aws.DescribeTaskDefinitionResponse> {
  const registered = taskDefinitionNamed(state, required(taskDefinition, "taskDefinition"))
  if (!registered) throw unknown()
  return { taskDefinition: registered.definition, tags: registered.tags }
}

export function deregisterTaskDefinition(
  { state, now }: Step,
  { taskDefinition }: Wire<Aws.DeregisterTaskDefinitionRequest>,
): Wire<Aws.DeregisterTaskDefinitionResponse> {
  const reference = required(taskDefinition, "taskDefinition")
  if (!/:\d+$/.test(reference)) throw invalidParameter(`Invalid revision number. Number: ${reference}`)
  const registered = taskDefinitionNamed(state, reference)
  if (!registered) throw unknown()
  registered.definition.status = "INACTIVE"
  registered.definition.deregisteredAt = epochSeconds(now)
  return { taskDefinition: registered.definition }
}

export function listTaskDefinitions(
  { state }: Step,
  input: Wire<Aws.ListTaskDefinitionsRequest>,
): Wire<Aws.ListTaskDefinitionsResponse> {
  const { familyPrefix, status = "ACTIVE", sort = "ASC" } = input
  const found = state.taskDefinitions
    .map(({ definition }: RegisteredTaskDefinition) => definition)
    .filter((definition) => definition.status === status && (familyPrefix ?? definition.family) === definition.family)
    .toSorted(byFamilyThenRevision)
  const { items, nextToken } = page(sort === "DESC" ? found.toReversed() : found, input)
  return { taskDefinitionArns: items.map(({ taskDefinitionArn: arn = "" }) => arn), nextToken }
}

function byFamilyThenRevision(one: Wire<Aws.TaskDefinition>, other: Wire<Aws.TaskDefinition>): number {
  return (one.family ?? "").localeCompare(other.family ?? "") || (one.revision ?? 0) - (other.revision ?? 0)
}

const unknown = () => clientException("Unable to describe task definition.")
