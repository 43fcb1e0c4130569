import { requireEnvironment } from "../../platform/environments.ts"
import type { Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { watchUsers } from "../bake/watch-users.ts"
import { verifyService } from "../ecs/health.ts"
import type { Rollout } from "../ecs/rollout.ts"
import { smokeProblems, type Smoke } from "../smoke.ts"
import type { Target } from "../target.ts"
import { brokenOnPurpose, noticedBy, type Breakage } from "./breakage.ts"

/** Who has to notice a broken revision: ECS, or a deploy's later steps. */
export type Witness = (typeof noticedBy)[Breakage]

/** Who has to notice a breakage: of a service without smoke tests, the figures of its users are watched. */
export async function witnessOf(breakage: Breakage, { name }: Service, smoke: Smoke | undefined): Promise<Witness> {
  const witness = noticedBy[breakage]
  if (witness !== "smoke tests") return witness
  const suites = (await smoke?.suites()) ?? []
  return suites.some(({ service }) => service === name) ? witness : "watch"
}

/** As whom to look, since when there is something to see, and what for. */
export interface Look {
  witness: Witness
  changedAt: number
  smoke: Smoke | undefined
}

/** Seconds for which a broken revision is watched at most; CloudWatch's figures of a minute are there two minutes later. */
const watchedSeconds = { local: 120, aws: 300 }

/** Looks at a revision that ECS takes for healthy. Returns what was noticed, in words; nothing where all seems well. */
export async function lookAs(
  target: Target,
  { service, to }: Rollout,
  breakage: Breakage,
  { witness, changedAt, smoke }: Look,
  progress: Progress,
): Promise<string | undefined> {
  const version = `${brokenOnPurpose}: ${breakage}`
  switch (witness) {
    case "breaker":
      return undefined
    case "verification":
      return (await verifyService(target, service, { ...to, version })).problem && "the verification of its version"
    case "smoke tests": {
      const problems = await smokeProblems(target, smoke!, new Map([[service.name, version]]), progress)
      return problems.length > 0 ? "its smoke tests" : undefined
    }
    case "watch": {
      const { local } = requireEnvironment(target.platform, target.environment)
      const seconds = local ? watchedSeconds.local : watchedSeconds.aws
      return (await watchUsers(target, { services: [service], changedAt, seconds }, progress))[0]?.lines[0]
    }
  }
}
