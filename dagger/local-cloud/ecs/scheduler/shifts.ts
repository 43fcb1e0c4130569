import type { Deployment, DeploymentConfiguration, Service, State, TrafficShift } from "../state.ts"

/** A share of a service's requests, in percent, and the target group that gets it. */
export interface Share {
  targetGroupArn: string
  weight: number
}

/** The traffic shift under way, if one is. */
export function shiftOf(service: Service): TrafficShift | undefined {
  const deployment = service.serviceDeployments.at(-1)
  return deployment && deployment.finishedAt === undefined ? deployment.shift : undefined
}

/** When the shift under way goes on, as far as that is a matter of time. */
export function shiftsAt(service: Service): number {
  const shift = shiftOf(service)
  if (!shift || shift.stage === "SCALE_UP" || shift.stage === "CLEAN_UP") return Infinity
  return shift.since + minutesOf(service.deploymentConfiguration, shift) * 60_000
}

/** For how long a shift stays as it is. */
function minutesOf(configuration: DeploymentConfiguration, { stage, percent }: TrafficShift): number {
  if (stage === "BAKE_TIME") return configuration.bakeTimeInMinutes ?? 0
  if (percent >= 100) return 0
  return configuration.strategy === "CANARY"
    ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
    : (configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6)
}

/** What comes after. */
export function next(
  configuration: DeploymentConfiguration,
  { stage, percent }: TrafficShift,
): Pick<TrafficShift, "stage" | "percent"> {
  if (stage === "BAKE_TIME") return { stage: "CLEAN_UP", percent }
  if (percent >= 100) return { stage: "BAKE_TIME", percent }
  const step = stepOf(configuration)
  const isOnly = configuration.strategy === "CANARY" && percent > 0
  return { stage: "PRODUCTION_TRAFFIC_SHIFT", percent: isOnly ? 100 : Math.min(100, percent + step) }
}

function stepOf({ strategy, canaryConfiguration, linearConfiguration }: DeploymentConfiguration): number {
  if (strategy === "CANARY") return canaryConfiguration?.canaryPercent ?? 5
  return strategy === "LINEAR" ? (linearConfiguration?.stepPercent ?? 10) : 100
}

/** The target groups that a deployment's tasks are registered with. */
export function targetGroupsOf({ revision, side }: Deployment): string[] {
  return (revision.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => {
    const arn = side === "alternate" ? advancedConfiguration?.alternateTargetGroupArn : targetGroupArn
    return arn ?? []
  })
}

/** Where requests go that a rule forwards to a target group: to it alone, unless its service has another beside it. */
export function sharesOf(state: State, targetGroupArn: string): Share[] {
  for (const service of state.services) {
    const primary = service.deployments.find(({ id }) => id === service.primary)
    const pair = primary?.revision.loadBalancers?.find((one) => one.targetGroupArn === targetGroupArn)
    const alternate = pair?.advancedConfiguration?.alternateTargetGroupArn
    if (!primary || !alternate) continue
    const percent = shiftOf(service)?.percent ?? 100
    const [ours, other] = primary.side === "alternate" ? [alternate, targetGroupArn] : [targetGroupArn, alternate]
    return [
      { targetGroupArn: ours, weight: percent },
      { targetGroupArn: other, weight: 100 - percent },
    ].filter(({ weight }) => weight > 0)
  }
  return [{ targetGroupArn, weight: 100 }]
}
