import { readFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { isWithin } from "../platform/service.ts"
import { urlPath } from "../platform/schema/service.ts"

/** Where a service says that it works. */
export interface HealthRoute {
  path: string
  /** The file and line that name it; absent where the Dockerfile does */
  source?: string
}

const source = /\.([cm]?[jt]s|py|go|rb|php|java|kt|rs|cs|exs?)$/

/** Tests ask routes of others, too. */
const isTest = (path: string): boolean =>
  /(^|\/)(tests?|specs?|__tests__|smoke)\//.test(path) || /test|spec/i.test(basename(path))

/** A text that is a path which only health is called by; Go writes the method before it. */
const literal = /["'`](?:GET )?(\/(?:[\w.-]+\/)*(?:healthz?|health[-_]?check|livez|readyz))["'`]/

/**
 * The one health route that a service's sources name; undefined where they name none, or several of which none is above the others.
 * `others` are folders of other services.
 */
export async function healthRouteIn(
  root: string,
  folder: string,
  files: string[],
  others: string[],
): Promise<HealthRoute | undefined> {
  const own = files
    .filter((path) => isWithin(folder, path) && source.test(path) && !isTest(path))
    .filter((path) => !others.some((other) => other !== folder && isWithin(folder, other) && isWithin(other, path)))
  const named = (await Promise.all(own.map((path) => routesNamedIn(root, path)))).flat()
  const [shortest] = named.toSorted((one, other) => one.path.length - other.path.length)
  return shortest && named.every(({ path }) => isWithin(shortest.path, path)) ? shortest : undefined
}

async function routesNamedIn(root: string, file: string): Promise<HealthRoute[]> {
  // A file that cannot be read tells nothing.
  const text = await readFile(join(root, file), "utf8").catch(() => "")
  return text.split("\n").flatMap((line, index) => {
    const [, path] = literal.exec(line) ?? []
    return path !== undefined && urlPath.safeParse(path).success ? [{ path, source: `${file}:${index + 1}` }] : []
  })
}
