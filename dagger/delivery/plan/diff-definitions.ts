import type { RegisterTaskDefinitionCommandInput } from "#aws/ecs"
import { container } from "../ecs/task-definition.ts"

/** A task definition as far as it is known: all of it, or what a record tells. */
export type KnownDefinition = Partial<Pick<RegisterTaskDefinitionCommandInput, "cpu" | "containerDefinitions">>

/** Lists in which a name that is not wanted any more is a difference; whatever else ECS adds is its own. */
const ours = /^(environment|secrets|command|entryPoint)\b/

/**
 * How a service's task definition would change, a line each: `cpu: 256 → 512`. Secrets show their version, never a value,
 * as a task definition has none.
 */
export function diffDefinitions(from: KnownDefinition | undefined, to: RegisterTaskDefinitionCommandInput): string[] {
  const [before, after] = [flatten(from), flatten(to)]
  const gone = [...before.keys()].filter((key) => !after.has(key) && ours.test(key))
  const isOther = (key: string) => before.get(key) !== after.get(key)
  return [...after.keys(), ...gone]
    .filter(isOther)
    .map((key) => `${key}: ${before.get(key) ?? "none"} → ${after.get(key) ?? "none"}`)
}

/** All values by their paths. What is in a list is called by its name, where it has one. */
function flatten(definition: KnownDefinition | undefined): Map<string, string> {
  const values = new Map<string, string>()
  const { containerDefinitions: _, ...task } = definition ?? {}
  const walk = (value: unknown, path: string): void => {
    if (value === undefined || value === null) return
    if (Array.isArray(value)) return value.forEach((item, index) => walk(item, `${path}.${nameOf(item) ?? index}`))
    if (typeof value !== "object") return void values.set(path, `${value as string | number | boolean}`)
    for (const [key, inner] of Object.entries(value)) {
      if (key === "name") continue
      const isNamed = key === "value" || key === "valueFrom"
      walk(key === "valueFrom" ? versionIn(String(inner)) : inner, isNamed ? path : path ? `${path}.${key}` : key)
    }
  }
  walk(container(definition), "")
  // Last: ECS writes a cpu of 0 into the container, and the task's is the one that counts.
  walk(task, "")
  return values
}

const nameOf = (item: unknown): string | undefined => (item as { name?: string } | null)?.name

/** `ARN:::version-id` → version-id */
const versionIn = (valueFrom: string): string => `version ${valueFrom.split(":::")[1] ?? "that is current"}`
