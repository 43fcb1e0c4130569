import type { Platform } from "../platform/manifest.ts"
import { isRouted } from "../platform/service.ts"
import type { Rollouts } from "./ecs/ecs.ts"
import type { Rule } from "./load-balancer.ts"

/** The rules of a platform's services, each forwarding to the groups that share its requests now. */
export const rulesOf = (
  { services }: Pick<Platform, "services">,
  ecs: Pick<Rollouts, "sharesOf" | "healthyTargets">,
  targetGroupOf: (service: string) => string | undefined,
): Rule[] =>
  services.filter(isRouted).map(({ name, route: { path, host } }) => ({
    prefix: path,
    host,
    groups: () =>
      ecs.sharesOf(targetGroupOf(name) ?? "").map(({ targetGroupArn, weight }) => ({
        name: targetGroupArn,
        weight,
        targets: ecs.healthyTargets(targetGroupArn),
      })),
  }))
