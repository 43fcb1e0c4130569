import type { RegisterTaskDefinitionCommandInput } from "#aws/ecs"
import type { Running } from "../ecs/services.ts"
import type { Target } from "../target.ts"
import { container, secretsIn, taskDefinition } from "../ecs/task-definition.ts"
import { brokenOnPurpose, type Breakage } from "./breakage.ts"
import { commandOf } from "./broken-program.ts"

/** The task definition of a running service, broken: the same image with another command, or an image that is nowhere. */
export function brokenTaskDefinition(
  target: Target,
  running: Running,
  breakage: Breakage,
): RegisterTaskDefinitionCommandInput {
  const image = container(running.definition)!.image!
  const broken = {
    service: running.service.name,
    version: `${brokenOnPurpose}: ${breakage}`,
    image: breakage === "missing-image" ? `${image.split("@")[0]}@sha256:${"0".repeat(64)}` : image,
  }
  const definition = taskDefinition(target, running.service, broken, secretsIn(running.definition))
  const command = commandOf(breakage, running.service, target.platform.limits)
  if (command) container(definition)!.command = command
  if (breakage === "wrong-version")
    container(definition)!.environment!.push({ name: "SERVICE_VERSION", value: "another one than was deployed" })
  return definition
}
