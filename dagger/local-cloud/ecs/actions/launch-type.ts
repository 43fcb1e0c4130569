import type { LaunchType } from "#aws/ecs"

interface Settings {
  launchType?: LaunchType | undefined
  capacityProviderStrategy?: unknown[] | undefined
}

/** AWS's default is EC2; with a capacity provider strategy there is none. */
export function launchTypeOf({ launchType, capacityProviderStrategy }: Settings = {}): LaunchType | undefined {
  return launchType ?? (capacityProviderStrategy?.length ? undefined : "EC2")
}
