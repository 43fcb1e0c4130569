import { problemsOfServices } from "./check-services.ts"
import { problemsOfEnvironments, unknownEnvironment } from "./check-environments.ts"
import { refused, type Failure } from "./failure.ts"
import { manifestSchema, type Manifest } from "./manifest-schema.ts"
import { serviceOf, type Service } from "./service.ts"

export type { Service }

/** The name of one of the manifest's secrets, which is the variable that tasks have it as. */
export type SecretName = string

/** The name of one of the manifest's environments; `requireEnvironment` tells whether it is one. */
export type EnvironmentName = string

/** Where the platform is deployed to. */
export type Environment = Manifest["environments"][string] & { name: EnvironmentName }

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
  const { services, environments, build } = parsed.data
  const problems = [
    ...problemsOfServices(parsed.data),
    ...missingMigration(parsed.data),
    ...problemsOfEnvironments(parsed.data),
    ...problemsOfSecrets(parsed.data),
  ]
  if (problems.length > 0) throw notValid(problems)
  return {
    ...parsed.data,
    environments: Object.entries(environments).map(([name, environment]) => ({ name, ...environment })),
    services: Object.entries(services)
      .filter(([, { deployed }]) => deployed)
      .map(([name, service]) => serviceOf(name, service, build)),
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

/** Variables for environments that the manifest does not have. */
function problemsOfSecrets({ secrets, environments }: Manifest): string[] {
  return Object.entries(secrets).flatMap(([name, { variable }]) =>
    Object.keys(variable)
      .filter((environment) => !environments[environment])
      .map(
        (environment) => `secrets.${name}.variable.${environment}: ${unknownEnvironment(environments, environment)}`,
      ),
  )
}

function missingMigration({ services, migration }: Manifest): string[] {
  return migration === undefined || services[migration.service]?.deployed
    ? []
    : [`migration.service: ${migration.service} is not a deployed service`]
}
