import type * as Aws from "#aws/ecs"
import type { RegisteredTaskDefinition } from "../state.ts"
import type { Step } from "../step.ts"
import { revisionsOf } from "../tasks/revisions.ts"
import type { Wire } from "../wire.ts"
import { page } from "./page.ts"

export function listTaskDefinitions(
  { state }: Step,
  input: Wire<Aws.ListTaskDefinitionsRequest>,
): Wire<Aws.ListTaskDefinitionsResponse> {
  const { familyPrefix, status = "ACTIVE", sort = "ASC" } = input
  const families = familyPrefix === undefined ? [...state.taskDefinitions.keys()].toSorted() : [familyPrefix]
  const found = families
    .flatMap((family) => revisionsOf(state, family))
    .filter(({ definition }) => definition.status === status)
  const { items, nextToken } = page(sort === "DESC" ? found.toReversed() : found, input)
  return { taskDefinitionArns: items.map(({ definition }) => definition.taskDefinitionArn ?? ""), nextToken }
}

export function listTaskDefinitionFamilies(
  { state }: Step,
  input: Wire<Aws.ListTaskDefinitionFamiliesRequest>,
): Wire<Aws.ListTaskDefinitionFamiliesResponse> {
  const { familyPrefix = "", status = "ALL" } = input
  const families = [...state.taskDefinitions]
    .filter(([family, revisions]) => family.startsWith(familyPrefix) && hasStatus(revisions, status))
    .map(([family]) => family)
  const { items, nextToken } = page(families.toSorted(), input)
  return { families: items, nextToken }
}

/** A family is INACTIVE when none of its revisions is ACTIVE. */
function hasStatus(revisions: readonly RegisteredTaskDefinition[], status: Aws.TaskDefinitionFamilyStatus): boolean {
  const isActive = revisions.some(({ definition }) => definition.status === "ACTIVE")
  return status === "ALL" || isActive === (status === "ACTIVE")
}
