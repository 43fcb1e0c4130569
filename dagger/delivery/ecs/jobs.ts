import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "#aws/ecs"
import type { Job } from "../../platform/manifest.ts"
import type { Target } from "../target.ts"
import { container, familyOf } from "./task-definition.ts"

/** A job's task definition: its service's, with another command, of its own size, and without what nobody asks of it. */
export function jobDefinition(
  target: Target,
  { name, command, cpu, memory }: Job,
  service: RegisterTaskDefinitionCommandInput,
): RegisterTaskDefinitionCommandInput {
  const { portMappings: _, healthCheck: __, ...ours } = container(service)!
  return {
    ...service,
    family: familyOf(target, name),
    cpu: String(cpu),
    memory: String(memory),
    containerDefinitions: [{ ...ours, name, command }],
  }
}

/** The last revision of a job's family, which its schedule starts; undefined before it was ever registered. */
export async function lastRevision(target: Target, job: string): Promise<TaskDefinition | undefined> {
  const ecs = await target.aws.ecs()
  const described = await ecs
    .describeTaskDefinition({ taskDefinition: familyOf(target, job) })
    .catch((error: Error) => {
      // What ECS says of a family that it does not know.
      if (/Unable to describe task definition/.test(error.message)) return undefined
      throw error
    })
  return described?.taskDefinition
}
