import type { Verified } from "./ecs/health.ts"
import type { PlannedRevision } from "./ecs/revisions.ts"
import type { Ending } from "./ecs/watch.ts"
import type { Attempt } from "./records/attempt.ts"
import type { DeployedSite } from "./site/deploy-site.ts"
import type { Target } from "./target.ts"

/** What became of a service, and what its verification saw; `seconds` is how long ECS took to roll it out. */
export interface DeployedService extends Verified {
  service: string
  version: string
  taskDefinition: string
  changed: boolean
  seconds: number
}

/** What a deploy did. */
export interface Deployment {
  services: DeployedService[]
  /** Absent where the environment has no site */
  site?: DeployedSite | undefined
  /** Where people find it */
  url: string
  /** The number that it is recorded under; absent where nothing had to change */
  number?: number | undefined
}

/** What a deploy is about to roll out, by version. */
export const changesOf = (planned: PlannedRevision[]): Attempt["changes"] =>
  planned
    .filter(({ changed }) => changed)
    .map(({ service, running, to }) => ({ name: service.name, from: running.revision.version, to: to.version }))

/** What a deploy did, from what its steps have seen: `verified` is in the order of `planned`. */
export function describeDeployment(
  { infrastructure }: Target,
  planned: PlannedRevision[],
  verified: Verified[],
  endings: Ending[],
): Pick<Deployment, "services" | "url"> {
  const services = planned.map(({ service, to, changed }, index): DeployedService => {
    const seconds = endings.find(({ rollout }) => rollout.service === service)?.seconds ?? 0
    const { version, taskDefinition } = to
    return { ...verified[index]!, service: service.name, version, taskDefinition, changed, seconds }
  })
  return { services, url: infrastructure.site?.url ?? infrastructure.publicUrl }
}
