import type { Manifest } from "./manifest-schema.ts"

type Written = Manifest["services"][string]

/** How a health route tells that a service works, and which version it is. */
export interface Health {
  path: string
  /** What a load balancer asks of each task */
  live: string
  /** Where the answer tells the version; absent where it does not */
  version?: { json: string } | { header: string } | undefined
}

/** How a service is reached through the load balancer. */
interface Route {
  port: number
  /** With everything below; `/` is everything */
  path: string
  host?: string | undefined
  health: Health
  /** A path that answers anybody's GET and logs its X-Trace-ID */
  sample?: string | undefined
}

/** What an image is built from. All paths are below the repository's root. */
export interface Build {
  /** Where the service is */
  folder: string
  /** What Docker is given */
  context: string
  dockerfile: string
  /** Files and folders of the context */
  inputs: string[]
}

/** One service of the platform; sizes in ECS's units (CPU units of 1/1024 vCPU, MiB). */
export interface Service extends Omit<
  Written,
  "port" | "path" | "host" | "health" | "sample" | "folder" | "context" | "dockerfile" | "inputs"
> {
  name: string
  /** Absent for a worker, which nobody calls */
  route?: Route | undefined
  build: Build
}

/** A service that is reached through the load balancer. */
export type Routed = Service & { route: Route }

export const isRouted = (service: Service): service is Routed => service.route !== undefined

/**
 * What of a website's address is the services', as CloudFront's path patterns: by the first part of their paths, as in
 * infra/environment/site.tf.
 */
export function apiPatterns(services: Service[]): string[] {
  const patterns = services.filter(isRouted).flatMap(({ route: { path, host } }) => {
    if (host !== undefined) return []
    const [first, ...more] = path.slice(1).split("/")
    return more.length > 0 ? [`/${first}/*`] : [path, `${path}/*`]
  })
  return [...new Set(patterns)]
}

/** A service as the manifest means it, with what it does not say. */
export function serviceOf(name: string, written: Written, shared: Manifest["build"]): Service {
  const { port, path, host, health, sample, folder, context, dockerfile, inputs, ...others } = written
  return {
    name,
    ...others,
    build: buildOf(name, { folder, context, dockerfile, inputs }, shared),
    route: port === undefined ? undefined : routeOf({ port, path, host, health, sample }),
  }
}

function routeOf({
  port,
  path = "/",
  host,
  health,
  sample,
}: Pick<Written, "path" | "host" | "health" | "sample"> & { port: number }): Route {
  const below = path === "/" ? "" : path
  if (health) return { port, path, host, health: { ...health, live: health.live ?? health.path }, sample }
  return {
    port,
    path,
    host,
    health: { path: `${below}/health`, live: `${below}/health/live`, version: { json: "version" } },
    sample: sample ?? `${below}/openapi.json`,
  }
}

/** How an image is built, with what the platform says for all of them. */
function buildOf(
  name: string,
  written: Pick<Written, "folder" | "context" | "dockerfile" | "inputs">,
  shared: Manifest["build"],
): Build {
  const { folder = `services/${name}`, context = shared?.context ?? folder } = written
  return {
    folder,
    context,
    dockerfile: written.dockerfile ?? (folder === "." ? "Dockerfile" : `${folder}/Dockerfile`),
    inputs: written.inputs ?? [folder, ...(shared?.inputs ?? [])],
  }
}

/** Whether a path is a folder, or below it; `.` is the repository's root. */
export const isWithin = (folder: string, path: string): boolean =>
  folder === "." || path === folder || path.startsWith(`${folder}/`)
