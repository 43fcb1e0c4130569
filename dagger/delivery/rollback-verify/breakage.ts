import type { Service } from "../../platform/manifest.ts"
import { isRouted } from "../../platform/service.ts"
import { interpreterOf } from "./interpreter.ts"

/** Ways in which a revision is broken on purpose, with who has to notice it: ECS, or a deploy's later steps. */
export const noticedBy = {
  crash: "breaker",
  unhealthy: "breaker",
  "missing-image": "breaker",
  "wrong-version": "verification",
  errors: "smoke tests",
  slow: "watch",
  leak: "watch",
} as const
export type Breakage = keyof typeof noticedBy

export const breakages = Object.keys(noticedBy) as Breakage[]

/** How a service can be broken: without users as a worker is, and by answers where its image can run a program of ours. */
export function breakagesOf(service: Service): readonly Breakage[] {
  if (!isRouted(service)) return ["crash", "missing-image"]
  if (interpreterOf(service)) return breakages
  return ["crash", "missing-image", ...(service.route.health.version ? (["wrong-version"] as const) : [])]
}

/** How such a revision's version begins, by which it is known if it is ever left behind. */
export const brokenOnPurpose = "broken on purpose"
