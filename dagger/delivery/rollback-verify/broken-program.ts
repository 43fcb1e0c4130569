import type { Platform, Service } from "../../platform/manifest.ts"
import { isRouted, type Routed } from "../../platform/service.ts"
import type { Behaviour } from "./behaviour.ts"
import type { Breakage } from "./breakage.ts"
import { interpreterOf, interpreters, type Interpreter } from "./interpreter.ts"
import { nodeServer } from "./node-program.ts"
import { pythonServer } from "./python-program.ts"

/** What a container runs in the place of its own command; nothing where a revision is broken in another way. */
export function commandOf(breakage: Breakage, service: Service, limits: Platform["limits"]): string[] | undefined {
  const interpreter = interpreterOf(service)
  // Nothing that any image has: such a container does not start.
  if (!interpreter) return breakage === "crash" ? ["broken-on-purpose-by-rollback-verify"] : undefined
  const program = programOf(breakage, service, limits, interpreter)
  return program === undefined ? undefined : interpreters[interpreter](program)
}

const said = "broken on purpose by rollback-verify"

const languages = {
  python: { crash: `raise SystemExit('${said}')`, server: pythonServer },
  node: { crash: `throw new Error("${said}")`, server: nodeServer },
}

/** The text of what a service is replaced by; nothing where it is broken in another way. */
export function programOf(
  breakage: Breakage,
  service: Service,
  { p95Seconds }: Platform["limits"],
  interpreter: Interpreter,
): string | undefined {
  const { crash, server } = languages[interpreter]
  if (breakage === "crash") return crash
  const answers = answersOf(breakage, service, p95Seconds)
  if (!answers || !isRouted(service)) return undefined
  const usual = { health: 200, users: 200, first: "none", value: 0 } as const
  return server({ ...usual, ...answers, said: `${said}: ${answers.said}`, route: routeOf(service) })
}

function answersOf(
  breakage: Breakage,
  { memory }: Service,
  p95Seconds: number,
): (Pick<Behaviour, "said"> & Partial<Behaviour>) | undefined {
  switch (breakage) {
    case "unhealthy":
      return { said: "every answer is 500", health: 500, users: 500 }
    case "errors":
      return { said: "every answer but to health is 500", users: 500 }
    case "slow":
      return { said: "every answer but to health is too late", first: "wait", value: 1.5 * p95Seconds }
    case "leak":
      return { said: "each request but for health keeps some memory", first: "leak", value: memory * 2 ** 20 }
    default:
      return undefined
  }
}

function routeOf({ route: { port, health } }: Routed): Behaviour["route"] {
  const { path, live, version } = health
  return {
    port,
    healthPaths: [path, live],
    versionField: version && "json" in version ? version.json : "version",
    versionHeader: version && "header" in version ? version.header : "X-Service-Version",
  }
}
