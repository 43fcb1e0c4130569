import { basename, join } from "node:path"
import type { z } from "zod"
import type { manifestSchema } from "../platform/manifest-schema.ts"
import { buildContextOf } from "./build-context.ts"
import { containerCheckOf } from "./container-check.ts"
import type { HealthRoute } from "./health-route.ts"
import { localStartOf } from "./local-start.ts"
import type { Dockerfile } from "./read-dockerfile.ts"
import { healthAt } from "./routes.ts"

/** A service as `platform.json` has it. */
type WrittenService = z.input<typeof manifestSchema>["services"][string]

/** A folder with its Dockerfile, which is a service. */
export interface Recipe {
  name: string
  /** Below the root; `.` for the root */
  folder: string
  dockerfile: Dockerfile
  health?: HealthRoute | undefined
}

/** A service of the manifest, and what could not be seen of it, by the place below its name. */
export interface Described {
  written: WrittenService
  unseen: { place: string; text: string }[]
}

/** What the manifest says of a service; `path` is what the load balancer forwards to it, absent for a worker. */
export async function describeService(
  root: string,
  { name, folder, dockerfile, health }: Recipe,
  path: string | undefined,
): Promise<Described> {
  const { context, inputs, missing } = await buildContextOf(root, folder, dockerfile.copied)
  const { problem, ...local } = localStartOf(join(root, folder), join(root, context ?? folder), name, dockerfile)
  const route = path === undefined ? worker(dockerfile) : routed(path, dockerfile, health)
  return {
    written: {
      ...route.written,
      ...(folder !== `services/${name}` && { folder }),
      ...(context !== undefined && { context }),
      ...(inputs && { inputs }),
      ...local,
    },
    unseen: [
      ...route.unseen,
      ...(problem === undefined ? [] : [{ place: "start", text: `${problem}. ${howToStart}` }]),
      ...(missing.length === 0 ? [] : [{ place: "", text: notCopied(missing, folder) }]),
    ],
  }
}

const howToStart =
  'For plain Node write how it starts in its folder and listens on HOST and PORT, such as ["node", "server.js"], and "prepare" for what comes before; dagger call needs neither'

const notCopied = (missing: string[], folder: string): string =>
  `its Dockerfile copies ${missing.join(", ")}, which is neither in ${folder}/ nor in a folder above: build it in the Dockerfile, or name a "context" that has it`

/** Nobody calls what exposes no port. */
function worker(dockerfile: Dockerfile): Described {
  const healthCheck = containerCheckOf(dockerfile)
  const text =
    'its Dockerfile EXPOSEs no TCP port, so it is a worker, which nobody calls. If it listens: "port", "path"'
  const checked =
    "is the HEALTHCHECK of its Dockerfile, at which ECS does not look. Plain Node runs it on this machine, in its folder"
  return {
    written: healthCheck ? { healthCheck } : {},
    unseen: [{ place: "", text }, ...(healthCheck ? [{ place: "healthCheck", text: checked }] : [])],
  }
}

/** How health tells the version is in no Dockerfile. */
function routed(path: string, { ports: [port, ...others] }: Dockerfile, seen: HealthRoute | undefined): Described {
  const health = healthAt(path, seen?.path)
  const unseen = [
    ...(others.length === 0 ? [] : [{ place: "port", text: `its Dockerfile EXPOSEs ${others.join(", ")}, too` }]),
    ...wordsOnHealth(path, seen, health).map((text) => ({ place: "health.path", text })),
    {
      place: "health",
      text: 'no version is asked for. If it tells its version (SERVICE_VERSION): "version": { "json": "FIELD" } or { "header": "NAME" }',
    },
  ]
  return { written: { port: port!, path, health }, unseen }
}

function wordsOnHealth(path: string, seen: HealthRoute | undefined, health: { path: string; live?: string }): string[] {
  if (!seen)
    return [`neither a HEALTHCHECK of its Dockerfile nor its sources name a health route: ${path} has to answer 200`]
  const where = seen.source ?? "the HEALTHCHECK of its Dockerfile"
  if (health.live !== undefined)
    return [
      `${where} names ${seen.path}, and only ${path} is forwarded to it, as it is: let it answer ${health.path}, too, or correct path and health`,
    ]
  return seen.source === undefined ? [] : [`${where} names it, which has to answer 200`]
}

/** A name as the manifest takes it: small letters, digits, and single hyphens between them. */
export function nameFrom(text: string, longest = 64): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, longest)
    .replace(/-+$/, "")
  return name || undefined
}

/** A name for each folder: its own, or that of its path where another has that already. */
export function namesOf(folders: string[], ofRoot: string): Map<string, string> {
  const named = folders.map((folder) => [folder, folder === "." ? ofRoot : nameFrom(basename(folder))] as const)
  const isTaken = (name: string | undefined) => named.filter(([, other]) => other === name).length > 1
  const names = new Map<string, string>()
  for (const [folder, name] of named) {
    const wanted = (isTaken(name) ? nameFrom(folder) : name) ?? "service"
    const free = [wanted, ...folders.map((_, index) => `${wanted}-${index + 2}`)]
    names.set(
      folder,
      free.find((one) => ![...names.values()].includes(one))!,
    )
  }
  return names
}
