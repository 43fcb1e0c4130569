import { problemsOfJobs } from "./check-jobs.ts"
import { problemsOfServices } from "./check-services.ts"
import { problemsOfEnvironments, unknownEnvironment } from "./check-environments.ts"
import { refused, type Failure } from "./failure.ts"
import { manifestSchema, type Manifest } from "./manifest-schema.ts"
import { serviceOf, type Service } from "./service.ts"

export type { Service }

/** Where it is, below the repository's root */
export const manifestFile = "platform.json"

/** The name of one of the manifest's secrets, which is the variable that tasks have it as. */
export type SecretName = string

/** The name of one of the manifest's environments; `requireEnvironment` tells whether it is one. */
export type EnvironmentName = string

/** Where the platform is deployed to. */
export type Environment = Manifest["environments"][string] & { name: EnvironmentName }

/** A task that runs to its end, of a deployed service; sizes in ECS's units. */
export type Job = Manifest["jobs"][string] & { name: string; cpu: number; memory: number }

/** The platform as `platform.json` describes it, in its order; `services` holds those that are deployed. */
export interface Platform extends Omit<Manifest, "services" | "environments" | "jobs"> {
  services: Service[]
  environments: Environment[]
  /** Those that run by a schedule, or when somebody runs one */
  jobs: Job[]
  /** The one that runs before a roll-out; absent where nothing is migrated */
  migration?: Job | undefined
}

/** Name of a service's image repository, without its registry: `cat-house/auth`. */
export const repositoryOf = (platform: Platform, service: string): string => `${platform.name}/${service}`

/** Reads the manifest's text. Refuses one that is not valid, with every problem found. */
export function parsePlatform(text: string): Platform {
  const parsed = manifestSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    throw notValid(parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`))
  }
  const { services, environments, build, jobs, ...others } = parsed.data
  const problems = [
    ...problemsOfServices(parsed.data),
    ...problemsOfJobs(parsed.data),
    ...problemsOfEnvironments(parsed.data),
    ...problemsOfSecrets(parsed.data),
  ]
  if (problems.length > 0) throw notValid(problems)
  const all = Object.entries(jobs).map(([name, job]) => jobOf(name, job, services[job.service]!))
  return {
    ...others,
    jobs: all.filter(({ before }) => !before),
    migration: all.find(({ before }) => before),
    environments: Object.entries(environments).map(([name, environment]) => ({ name, ...environment })),
    services: Object.entries(services)
      .filter(([, { deployed }]) => deployed)
      .map(([name, service]) => serviceOf(name, service, build)),
  }
}

/** A job as the manifest means it: of its service's size where it says none. */
const jobOf = (name: string, job: Manifest["jobs"][string], { cpu, memory }: Pick<Service, "cpu" | "memory">): Job => ({
  name,
  ...job,
  cpu: job.cpu ?? cpu,
  memory: job.memory ?? memory,
})

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
