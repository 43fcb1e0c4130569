import type * as Aws from "#aws/ecs"
import { taskDefinitionArn } from "../arns.ts"
import { clientException, invalidParameter, required } from "../aws-error.ts"
import type { RegisteredTaskDefinition } from "../state.ts"
import type { Step } from "../step.ts"
import { putRevision, revisionsOf, taskDefinition } from "../tasks/revisions.ts"
import { epochSeconds, type Wire } from "../wire.ts"
import { checkTaskDefinition } from "../validation/task-definition.ts"
import { taskDefinitionNamed } from "./find.ts"
import { listed } from "./page.ts"

export function registerTaskDefinition(
  { state, now }: Step,
  input: Wire<Aws.RegisterTaskDefinitionRequest>,
): Wire<Aws.RegisterTaskDefinitionResponse> {
  const { tags = [], ...settings } = input
  const family = required(input.family, "family")
  const containers = containerDefinitions(input)
  const compatibilities = checkTaskDefinition(input)
  const revision = revisionsOf(state, family).length + 1
  const registered = {
    definition: {
      ...settings,
      containerDefinitions: containers,
      taskDefinitionArn: taskDefinitionArn(state, family, revision),
      revision,
      status: "ACTIVE" as const,
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      compatibilities,
      registeredAt: epochSeconds(now),
    },
    tags,
  }
  putRevision(state, registered)
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
  { taskDefinition: reference, include = [] }: Wire<Aws.DescribeTaskDefinitionRequest>,
): Wire<Aws.DescribeTaskDefinitionResponse> {
  const registered = taskDefinitionNamed(state, required(reference, "taskDefinition"))
  if (!registered) throw unknown()
  return { taskDefinition: registered.definition, tags: include.includes("TAGS") ? registered.tags : undefined }
}

export function deregisterTaskDefinition(
  { state, now }: Step,
  { taskDefinition: asked }: Wire<Aws.DeregisterTaskDefinitionRequest>,
): Wire<Aws.DeregisterTaskDefinitionResponse> {
  const reference = required(asked, "taskDefinition")
  checkRevision(reference)
  const registered = taskDefinitionNamed(state, reference)
  if (!registered) throw unknown()
  const definition = { ...registered.definition, status: "INACTIVE" as const, deregisteredAt: epochSeconds(now) }
  putRevision(state, { ...registered, definition })
  return { taskDefinition: definition }
}

/** AWS deletes what is INACTIVE once nothing runs it; here it stays DELETE_IN_PROGRESS, which nothing can be started from. */
export function deleteTaskDefinitions(
  { state, now }: Step,
  { taskDefinitions }: Wire<Aws.DeleteTaskDefinitionsRequest>,
): Wire<Aws.DeleteTaskDefinitionsResponse> {
  const references = listed(taskDefinitions, "taskDefinitions", 10)
  for (const reference of references) checkRevision(reference)
  const found = references.flatMap((reference) => taskDefinitionNamed(state, reference) ?? [])
  const deleted = found.filter(({ definition }) => definition.status !== "ACTIVE")
  for (const registered of deleted) {
    const definition = {
      ...registered.definition,
      status: "DELETE_IN_PROGRESS" as const,
      deleteRequestedAt: epochSeconds(now),
    }
    putRevision(state, { ...registered, definition })
  }
  return {
    taskDefinitions: deleted.map(
      ({ definition }) => taskDefinition(state, definition.taskDefinitionArn ?? "").definition,
    ),
    failures: references.flatMap((reference) => whyNotDeleted(reference, taskDefinitionNamed(state, reference)) ?? []),
  }
}

function whyNotDeleted(reference: string, registered: RegisteredTaskDefinition | undefined): Aws.Failure | undefined {
  if (!registered) {
    const missing =
      "The specified task definition does not exist. Specify a valid account, family, revision and try again."
    return { arn: reference, reason: missing }
  }
  const { status, taskDefinitionArn: arn } = registered.definition
  if (status !== "ACTIVE") return undefined
  return {
    arn,
    reason: "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
  }
}

function checkRevision(reference: string): void {
  if (!/:\d+$/.test(reference)) throw invalidParameter(`Invalid revision number. Number: ${reference}`)
}

const unknown = () => clientException("Unable to describe task definition.")
