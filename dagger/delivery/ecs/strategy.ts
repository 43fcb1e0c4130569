import type { DeploymentConfiguration, Service as EcsService, UpdateServiceCommandInput } from "#aws/ecs"
import { requireEnvironment } from "../../platform/environments.ts"
import type { Environment, Service } from "../../platform/manifest.ts"
import type { Target } from "../target.ts"
import { isRouted } from "../../platform/service.ts"

type Strategy = Environment["strategy"]

/** What UpdateService is told, for a roll-out to follow a strategy. */
type Shift = Pick<UpdateServiceCommandInput, "deploymentConfiguration" | "loadBalancers">

const strategyIn = ({ platform, environment }: Target): Strategy => requireEnvironment(platform, environment).strategy

/**
 * How a service is rolled out: as its environment says, or at once where something is put back. What the service has besides
 * is sent along: UpdateService may take what is left out for AWS's default. Empty where ECS does so already.
 */
export function shiftOf(target: Target, service: Service, now: EcsService, atOnce: boolean): Shift {
  const strategy = strategyIn(target)
  const {
    strategy: current = "ROLLING",
    canaryConfiguration: _canary,
    linearConfiguration: _linear,
    bakeTimeInMinutes: _bake,
    ...configuration
  } = now.deploymentConfiguration ?? {}
  // A worker has no traffic to shift.
  if (strategy.type === "rolling" || !isRouted(service)) {
    return current === "ROLLING" ? {} : { deploymentConfiguration: { ...configuration, strategy: "ROLLING" } }
  }
  const { alternateTargetGroup, listenerRule } = target.infrastructure.shifts?.[service.name] ?? {}
  const roleArn = target.infrastructure.roles.loadBalancing
  const advancedConfiguration = {
    alternateTargetGroupArn: alternateTargetGroup,
    productionListenerRule: listenerRule,
    roleArn,
  }
  return {
    deploymentConfiguration: { ...configuration, ...asEcsSays(atOnce ? { type: "blue-green", minutes: 0 } : strategy) },
    loadBalancers: now.loadBalancers?.map((loadBalancer) => ({ ...loadBalancer, advancedConfiguration })),
  }
}

function asEcsSays(strategy: Exclude<Strategy, { type: "rolling" }>): DeploymentConfiguration {
  const { percent, minutes } = { percent: 100, ...strategy }
  switch (strategy.type) {
    case "canary":
      return {
        strategy: "CANARY",
        canaryConfiguration: { canaryPercent: percent, canaryBakeTimeInMinutes: minutes },
        bakeTimeInMinutes: 0,
      }
    case "linear":
      return {
        strategy: "LINEAR",
        linearConfiguration: { stepPercent: percent, stepBakeTimeInMinutes: minutes },
        bakeTimeInMinutes: 0,
      }
    case "blue-green":
      return { strategy: "BLUE_GREEN", bakeTimeInMinutes: minutes }
  }
}

/** Seconds that an environment's strategy takes by itself, with nothing going wrong. */
export function shiftSeconds(strategy: Strategy): number {
  switch (strategy.type) {
    case "rolling":
      return 0
    case "linear":
      return (Math.ceil(100 / strategy.percent) - 1) * strategy.minutes * 60
    default:
      return strategy.minutes * 60
  }
}

/** What an environment lacks for its strategy, a line each. */
export function problemsOfStrategy(target: Target): string[] {
  const { type } = strategyIn(target)
  const { shifts, roles } = target.infrastructure
  if (type === "rolling") return []
  const routed = target.platform.services.filter(isRouted)
  const without = routed.filter(({ name }) => !shifts?.[name]).map(({ name }) => name)
  const lacking = [
    ...(without.length > 0 ? [`a second target group of ${without.join(", ")}`] : []),
    ...(roles.loadBalancing ? [] : ["a role to shift traffic with"]),
  ]
  return lacking.length > 0 ? [`strategy ${type} needs ${lacking.join(", and ")}: apply the infrastructure again.`] : []
}
