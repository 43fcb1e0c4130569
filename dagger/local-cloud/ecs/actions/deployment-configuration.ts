import { invalidParameter } from "../aws-error.ts"
import type { DeploymentConfiguration, Revision } from "../state.ts"

/** What AWS assumes for the REPLICA strategy. */
export const defaultDeploymentConfiguration: DeploymentConfiguration = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: "ROLLING",
}

export function checkDeploymentConfiguration(configuration: DeploymentConfiguration): void {
  const { maximumPercent, minimumHealthyPercent, alarms } = configuration
  checkShift(configuration)
  if (alarms?.enable && !alarms.alarmNames?.length) {
    throw invalidParameter("At least one alarm name must be specified when alarms are enabled.")
  }
  if (maximumPercent < 100 || maximumPercent > 200)
    throw invalidParameter("maximumPercent must be between 100 and 200.")
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter("minimumHealthyPercent must be between 0 and 100.")
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    )
  }
}

const longestMinutes = 1440

function checkShift({
  strategy = "ROLLING",
  bakeTimeInMinutes = 0,
  canaryConfiguration,
  linearConfiguration,
}: DeploymentConfiguration): void {
  const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {}
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {}
  const outside = [
    ...(canaryConfiguration && strategy !== "CANARY" ? ["canaryConfiguration is for the CANARY strategy only."] : []),
    ...(linearConfiguration && strategy !== "LINEAR" ? ["linearConfiguration is for the LINEAR strategy only."] : []),
    ...(canaryPercent < 0.1 || canaryPercent > 100 ? ["canaryPercent must be between 0.1 and 100."] : []),
    ...(stepPercent < 3 || stepPercent > 100 ? ["stepPercent must be between 3 and 100."] : []),
    ...([bakeTimeInMinutes, canaryBakeTimeInMinutes, stepBakeTimeInMinutes].some((one) => one > longestMinutes)
      ? [`Bake times must be between 0 and ${longestMinutes} minutes.`]
      : []),
  ]
  if (outside.length > 0) throw invalidParameter(outside.join(" "))
}

/** A strategy that shifts traffic needs a second target group, the listener's rule, and a role to change it with. */
export function checkAdvanced(
  { strategy = "ROLLING" }: DeploymentConfiguration,
  { loadBalancers = [] }: Revision,
): void {
  if (strategy === "ROLLING") return
  for (const {
    advancedConfiguration: { alternateTargetGroupArn, productionListenerRule, roleArn } = {},
  } of loadBalancers)
    if (!alternateTargetGroupArn || !productionListenerRule || !roleArn) {
      throw invalidParameter(
        `The ${strategy} strategy needs alternateTargetGroupArn, productionListenerRule and roleArn in advancedConfiguration.`,
      )
    }
}
