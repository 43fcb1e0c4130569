import { invalidParameter } from "../aws-error.ts"
import type { DeploymentConfiguration } from "../state.ts"

/** What AWS assumes for the REPLICA strategy. */
export const defaultDeploymentConfiguration: DeploymentConfiguration = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: "ROLLING",
}

export function checkDeploymentConfiguration(configuration: DeploymentConfiguration): void {
  const { maximumPercent, minimumHealthyPercent, strategy, alarms } = configuration
  if (strategy !== undefined && strategy !== "ROLLING")
    throw invalidParameter("The local cloud has rolling deployments only.")
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
