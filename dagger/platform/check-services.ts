import { unknownKeys } from "./check-environments.ts"
import { problemOfSize } from "./fargate.ts"
import type { Manifest } from "./manifest-schema.ts"
import { isWithin, serviceOf, type Service } from "./service.ts"

type Written = Manifest["services"][string]

/** What is wrong with the manifest's services, each with its place in the file. */
export function problemsOfServices(manifest: Manifest): string[] {
  const { services, build } = manifest
  const all = Object.entries(services)
  return [
    ...all.flatMap(([name, written]) =>
      [
        ...problemsOfRoute(written),
        ...(manifest.site && written.port !== undefined && (written.path ?? "/") === "/" && written.host === undefined
          ? ["path: / is the website's (site), expected a path such as /api"]
          : []),
        ...problemsOfContainer(manifest, written),
        ...problemsOfBuild(serviceOf(name, written, build)),
        ...problemsOfNumbers(manifest, written),
      ].map((problem) => `services.${name}.${problem}`),
    ),
    ...sameRoutes(all.map(([name, written]) => serviceOf(name, written, build))),
  ]
}

function problemsOfRoute({ port, path, host, ...others }: Written): string[] {
  if (port === undefined)
    return Object.entries({ path, host, health: others.health, sample: others.sample }).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [`${key}: a worker, which has no port, is called by nobody: give it a port, or leave this out`],
    )
  return path === undefined && host === undefined
    ? ["port: nothing leads to it: give it a path or a host, or leave the port out for a worker"]
    : []
}

/** What is wrong with what a container is given: of a service, or of a job. */
function problemsOfContainer(
  { secrets, environments }: Pick<Manifest, "secrets" | "environments">,
  container: Pick<Written, "cpu" | "memory" | "secrets" | "environment">,
): string[] {
  const known = Object.keys(secrets).join(", ") || "none, as the file has no secrets"
  const size = problemOfSize(container.cpu, container.memory)
  return [
    ...(size ? [`memory: ${size}`] : []),
    ...container.secrets.flatMap((name, index) =>
      secrets[name] ? [] : [`secrets.${index}: ${name} is not a secret, expected one of: ${known}`],
    ),
    ...Object.entries(container.environment).flatMap(([name, value]) => [
      ...(container.secrets.includes(name) ? [`environment.${name}: is one of its secrets, too`] : []),
      ...(typeof value === "string"
        ? []
        : unknownKeys(environments, value).map((problem) => `environment.${name}.${problem}`)),
    ]),
  ]
}

/** What is not part of the context of a build. */
function problemsOfBuild({ build }: Pick<Service, "build">): string[] {
  const { context, dockerfile, inputs } = build
  const outside = `is outside of the context ${context}, which is all that a build gets: name a context that holds it`
  return [
    ...(isWithin(context, dockerfile) ? [] : [`dockerfile: ${dockerfile} ${outside}`]),
    ...inputs.flatMap((input, index) => (isWithin(context, input) ? [] : [`inputs.${index}: ${input} ${outside}`])),
  ]
}

function problemsOfNumbers({ environments }: Manifest, { tasks, scaling }: Written): string[] {
  return [
    ...unknownKeys(environments, tasks).map((problem) => `tasks.${problem}`),
    ...unknownKeys(environments, scaling).map((problem) => `scaling.${problem}`),
    ...Object.entries(scaling).flatMap(([name, { min, max }]) => [
      ...(environments[name]?.local ? [`scaling.${name}: nothing is scaled on this machine`] : []),
      ...(min > max ? [`scaling.${name}: min is ${min}, more than max, which is ${max}`] : []),
    ]),
  ]
}

function sameRoutes(services: Service[]): string[] {
  return services.flatMap(({ name, route }, index) => {
    const first = services
      .slice(0, index)
      .find((other) => route && other.route?.path === route.path && other.route.host === route.host)
    return first ? [`services.${name}.path: ${route!.path} is taken by ${first.name}`] : []
  })
}
