import { nameOf } from "../arns.ts"
import { clientException } from "../aws-error.ts"
import type { RegisteredTaskDefinition, State } from "../state.ts"

/** The revisions of a family, oldest first: revision N is at N - 1, for none is ever forgotten. */
export function revisionsOf(state: State, family: string): readonly RegisteredTaskDefinition[] {
  return state.taskDefinitions.get(family) ?? []
}

/** The revision that a task or service runs. */
export function taskDefinition(state: State, arn: string): RegisteredTaskDefinition {
  const [family = "", revision] = nameOf(arn).split(":")
  const registered = revisionsOf(state, family)[Number(revision) - 1]
  if (!registered) throw clientException("TaskDefinition not found.")
  return registered
}

/** Registers a revision, or puts another in the place of one: what is registered is never changed itself. */
export function putRevision(state: State, changed: RegisteredTaskDefinition): void {
  const { family = "", revision = 0 } = changed.definition
  const revisions = revisionsOf(state, family).toSpliced(revision - 1, 1, changed)
  state.taskDefinitions = new Map(state.taskDefinitions).set(family, revisions)
}
