import type { LaunchType } from "#aws/ecs"
import { invalidParameter } from "../aws-error.ts"
import type { RegisteredTaskDefinition } from "../state.ts"

interface Settings {
  launchType?: LaunchType | undefined
  capacityProviderStrategy?: unknown[] | undefined
}

/** AWS's default is EC2; with a capacity provider strategy there is none. */
export function launchTypeOf({ launchType, capacityProviderStrategy }: Settings = {}): LaunchType | undefined {
  return launchType ?? (capacityProviderStrategy?.length ? undefined : "EC2")
}

/** Refuses a launch type that a task definition was not registered for. */
export function checkLaunchType({ definition }: RegisteredTaskDefinition, launchType: LaunchType | undefined): void {
  if (launchType === "FARGATE" && !definition.compatibilities?.includes(launchType))
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`)
}
