import { refused } from "./failure.ts"
import type { Environment, EnvironmentName, Platform, Service } from "./manifest.ts"

/** The environment of a name. Refuses one that the manifest does not have. */
export function requireEnvironment({ environments }: Platform, name: EnvironmentName): Environment {
  const found = environments.find((environment) => environment.name === name)
  if (found) return found
  const names = environments.map(({ name }) => name).join(", ")
  throw refused(`unknown environment "${name}".`, `Expected one of: ${names} (platform.json).`)
}

/** The environment on this machine; a valid manifest has one. */
export const localEnvironment = ({ environments }: Platform): Environment => environments.find(({ local }) => local)!

/** The environments in AWS. */
export const remoteEnvironments = ({ environments }: Platform): Environment[] =>
  environments.filter(({ local }) => !local)

/** How many tasks a service starts with in an environment. */
export const tasksOf = (platform: Platform, service: Service, environment: EnvironmentName): number =>
  service.tasks[environment] ?? service.scaling[environment]?.min ?? requireEnvironment(platform, environment).tasks

/** How many tasks a service has at most that nobody scales by hand. */
export const mostTasksOf = (platform: Platform, service: Service, environment: EnvironmentName): number =>
  service.scaling[environment]?.max ?? tasksOf(platform, service, environment)

/** What a deployment is called, as a version and as the tag of its images: staging-12. */
export const deploymentName = (environment: EnvironmentName, deployment: number): string =>
  `${environment}-${deployment}`
