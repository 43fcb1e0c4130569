import { problemsOfEnvironments, unknownEnvironment } from "./check-environments.ts"
import { refused, type Failure } from "./failure.ts"
import { manifestSchema, type Manifest } from "./manifest-schema.ts"

/** The name of one of the manifest's secrets, which is the variable that tasks have it as. */
export type SecretName = string

/** The name of one of the manifest's environments; `requireEnvironment` tells whether it is one. */
export type EnvironmentName = string

/** Where the platform is deployed to. */
export type Environment = Manifest["environments"][string] & { name: EnvironmentName }

/** One service of the platform; sizes in ECS's units (CPU units of 1/1024 vCPU, MiB). */
export type Service = Manifest["services"][string] & { name: string }

/** The platform as `platform.json` describes it, in its order; `services` holds those that are deployed. */
export interface Platform extends Omit<Manifest, "services" | "environments"> {
  services: Service[]
  environments: Environment[]
}

/** Name of a service's image repository, without its registry: `cat-house/auth`. */
export const repositoryOf = (platform: Platform, service: string): string => `${platform.name}/${service}`

/** Reads the manifest's text. Refuses one that is not valid, with every problem found. */
export function parsePlatform(text: string): Platform {
  const parsed = manifestSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    throw notValid(parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`))
  }
  const services = named(parsed.data.services)
  const problems = [
    ...duplicates(services, "port"),
    ...duplicates(services, "path"),
    ...missingMigration(parsed.data),
    ...problemsOfEnvironments(parsed.data),
    ...problemsOfSecrets(parsed.data),
  ]
  if (problems.length > 0) throw notValid(problems)
  return {
    ...parsed.data,
    environments: named(parsed.data.environments),
    services: services.filter((service) => service.deployed),
  }
}

const notValid = (problems: string[]): Failure =>
  refused("platform.json is not valid.", ...problems, "Correct platform.json and run the command again.")

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notValid([`the file: not JSON, ${(error as Error).message}`])
  }
}

const named = <T>(entries: Record<string, T>): (T & { name: string })[] =>
  Object.entries(entries).map(([name, entry]) => ({ name, ...entry }))

function duplicates(services: Service[], key: "port" | "path"): string[] {
  return services.flatMap((service, index) => {
    const first = services.slice(0, index).find((other) => other[key] === service[key])
    return first ? [`services.${service.name}.${key}: ${service[key]} is taken by ${first.name}`] : []
  })
}

/** Names of secrets that are not in the manifest's list, and variables for environments that it does not have. */
function problemsOfSecrets({ services, secrets, environments }: Manifest): string[] {
  const known = Object.keys(secrets).join(", ") || "none, as there is no secrets"
  return [
    ...Object.entries(services).flatMap(([service, { secrets: used }]) =>
      used.flatMap((name, index) =>
        secrets[name]
          ? []
          : [`services.${service}.secrets.${index}: ${name} is not a secret, expected one of: ${known}`],
      ),
    ),
    ...Object.entries(secrets).flatMap(([name, { variable }]) =>
      Object.keys(variable)
        .filter((environment) => !environments[environment])
        .map(
          (environment) => `secrets.${name}.variable.${environment}: ${unknownEnvironment(environments, environment)}`,
        ),
    ),
  ]
}

function missingMigration({ services, migration }: Manifest): string[] {
  return services[migration.service]?.deployed
    ? []
    : [`migration.service: ${migration.service} is not a deployed service`]
}
