import type { ServiceDeployment } from "#aws/ecs"
import { readFigures, type Figures } from "../bake/figures.ts"
import { breaches, describeFigures } from "../bake/limits.ts"
import type { Target } from "../target.ts"
import type { Rollout } from "./rollout.ts"
import { targetGroupsOf } from "./target-groups.ts"

/** Stages in which old and new tasks both serve, or may at once serve again. */
const bothServe: ServiceDeployment["lifecycleStage"][] = ["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"]

/** What the users of new tasks got, beside those of old ones: in words, and where it is worse, in lines. */
export interface Comparison {
  shown: string
  worse: string[]
}

/** Compares the two sides of a roll-out that shifts traffic; nothing where it does not, or not now. */
export async function compareSides(
  target: Target,
  rollout: Rollout,
  stage: ServiceDeployment["lifecycleStage"],
): Promise<Comparison | undefined> {
  const { name } = rollout.service
  const old = targetGroupsOf(target, name).find((arn) => arn !== rollout.targetGroup)
  if (!bothServe.includes(stage) || !rollout.targetGroup || !old) return undefined
  rollout.shiftedAt ??= target.clock.now()
  const span = { from: rollout.shiftedAt, to: Math.max(target.clock.now(), rollout.shiftedAt + 1) }
  const sides = [
    { name: "new", targetGroups: [rollout.targetGroup] },
    { name: "old", targetGroups: [old] },
  ]
  const figures = await readFigures(target, sides, span)
  const [ours, theirs] = ["new", "old"].map((side) => ({ ...none, ...figures.get(side), errors: 0 }))
  return {
    shown: `new tasks: ${describeFigures(ours!)}; old: ${describeFigures(theirs!)}`,
    worse: breaches(theirs!, ours!, target.platform.limits, "the old ones").map((line) => `new tasks: ${line}`),
  }
}

const none: Figures = { requests: 0, failed: 0 }
