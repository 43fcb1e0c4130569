import { isDeepStrictEqual } from "node:util"
import type * as Aws from "#aws/ecs"
import { required } from "../aws-error.ts"
import { describeService } from "../answers/service.ts"
import { beginDeployment, primaryOf, scale } from "../scheduler/deployments.ts"
import type { Revision, Service } from "../state.ts"
import type { Step } from "../step.ts"
import { sent, type Wire } from "../wire.ts"
import { checkAdvanced, checkDeploymentConfiguration } from "./deployment-configuration.ts"
import { checkDesiredCount } from "./desired-count.ts"
import { checkGracePeriod } from "./grace-period.ts"
import { findActiveService } from "./find.ts"
import { revisionOf } from "./revision.ts"

export function updateService(step: Step, input: Wire<Aws.UpdateServiceRequest>): Wire<Aws.UpdateServiceResponse> {
  const { cluster, service: reference, desiredCount, forceNewDeployment, ...changes } = input
  const service = findActiveService(step.state, cluster, required(reference, "service"))
  checkDesiredCount(desiredCount)
  checkGracePeriod(
    changes.healthCheckGracePeriodSeconds,
    changes.loadBalancers ?? primaryOf(service).revision.loadBalancers,
  )
  changeSettings(service, changes)
  if (desiredCount !== undefined) scale(service, desiredCount)
  const current = primaryOf(service).revision
  const revision =
    asksForRevision(sent(changes)) || forceNewDeployment
      ? revisionOf(step.state, { ...current, ...sent(changes) }, service.settings.launchType)
      : current
  checkAdvanced(service.deploymentConfiguration, revision)
  if (forceNewDeployment || !isDeepStrictEqual(revision, current)) beginDeployment(step, service, revision)
  return { service: describeService(step.state, service) }
}

/** These take effect at once, and make no new deployment. */
function changeSettings(service: Service, changes: Partial<Wire<Aws.UpdateServiceRequest>>): void {
  const { deploymentConfiguration, taskDefinition: _, ...settings } = changes
  service.settings = { ...service.settings, ...settings }
  const configuration = sent(deploymentConfiguration ?? {})
  service.deploymentConfiguration = { ...keptBeside(configuration, service.deploymentConfiguration), ...configuration }
  checkDeploymentConfiguration(service.deploymentConfiguration)
}

/** What belongs to a strategy goes with it. */
function keptBeside(
  { strategy }: Partial<Service["deploymentConfiguration"]>,
  before: Service["deploymentConfiguration"],
): Service["deploymentConfiguration"] {
  if (strategy === undefined) return before
  const { bakeTimeInMinutes: _, canaryConfiguration: __, linearConfiguration: ___, ...kept } = before
  return kept
}

const revisionParameters = ["taskDefinition", "networkConfiguration", "platformVersion", "loadBalancers"] as const

function asksForRevision(changes: Partial<Revision>): boolean {
  return revisionParameters.some((parameter) => changes[parameter] !== undefined)
}
