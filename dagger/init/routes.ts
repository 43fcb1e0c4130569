import { isWithin } from "../platform/service.ts"
import { prefixOf } from "./health-path.ts"

/** A service that listens. */
export interface Listening {
  name: string
  /** What its HEALTHCHECK asks */
  healthPath?: string | undefined
}

/** What people open is called so as often as not: it is given `/` before others are. */
const front = ["web", "www", "frontend", "website", "site", "ui", "app", "gateway"]

/**
 * A path of the load balancer for each service, by its name, no two alike: what its HEALTHCHECK tells that its paths begin with, `/`
 * for one of the others, and the name for the rest.
 */
export function routesOf(services: Listening[]): Map<string, string> {
  const [only] = services
  if (only && services.length === 1) return new Map([[only.name, "/"]])
  const routes = new Map<string, string>()
  const isFree = (path: string) => ![...routes.values()].includes(path)
  for (const { name, healthPath } of services) {
    const prefix = healthPath === undefined ? "" : prefixOf(healthPath)
    if (prefix !== "" && isFree(prefix)) routes.set(name, prefix)
  }
  const rest = services.filter(({ name }) => !routes.has(name)).sort((one, other) => rank(one) - rank(other))
  for (const { name } of rest) {
    const choices = ["/", `/${name}`, ...services.map((_, index) => `/${name}-${index + 2}`)]
    routes.set(name, choices.find(isFree)!)
  }
  return routes
}

/** Sorting leaves equals in their order, which is that of their folders. */
function rank({ name, healthPath }: Listening): number {
  const at = front.indexOf(name)
  // One whose HEALTHCHECK asks /healthz answers at the top.
  return at >= 0 ? at : healthPath === undefined ? front.length + 1 : front.length
}

/** How a service at a path is asked for its health; `live` is asked of each task, past the load balancer. */
export function healthAt(path: string, healthPath: string | undefined): { path: string; live?: string } {
  if (healthPath === undefined) return { path }
  if (path === "/" || isWithin(path, healthPath)) return { path: healthPath }
  return { path: healthPath === "/" ? path : `${path}${healthPath}`, live: healthPath }
}
