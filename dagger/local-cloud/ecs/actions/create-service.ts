import type * as Aws from "#aws/ecs"
import { invalidParameter, required } from "../aws-error.ts"
import { describeService } from "../answers/service.ts"
import { beginDeployment } from "../scheduler/deployments.ts"
import type { Service } from "../state.ts"
import type { Step } from "../step.ts"
import {
  checkAdvanced,
  checkDeploymentConfiguration,
  defaultDeploymentConfiguration,
} from "./deployment-configuration.ts"
import { checkDesiredCount } from "./desired-count.ts"
import { checkGracePeriod } from "./grace-period.ts"
import { findCluster, serviceNamed } from "./find.ts"
import { revisionOf } from "./revision.ts"
import { sent, type Wire } from "../wire.ts"

export function createService(step: Step, input: Wire<Aws.CreateServiceRequest>): Wire<Aws.CreateServiceResponse> {
  const { clusterName: cluster } = findCluster(step.state, input.cluster)
  const name = required(input.serviceName, "serviceName")
  if (!/^[\w-]{1,255}$/.test(name)) throw invalidParameter("Invalid service name.")
  checkDesiredCount(input.desiredCount)
  refuseWhatIsNotRolling(input)
  checkGracePeriod(input.healthCheckGracePeriodSeconds, input.loadBalancers)
  makeWayFor(step, cluster, name)
  const deploymentConfiguration = { ...defaultDeploymentConfiguration, ...sent(input.deploymentConfiguration ?? {}) }
  checkDeploymentConfiguration(deploymentConfiguration)
  const service: Service = {
    cluster,
    name,
    status: "ACTIVE",
    createdAt: step.now,
    desiredCount: input.desiredCount ?? 0,
    settings: input,
    deploymentConfiguration,
    deployments: [],
    primary: "",
    serviceDeployments: [],
    events: [],
    steady: false,
  }
  step.state.services.push(service)
  const revision = revisionOf(step.state, sent(input), input.launchType)
  checkAdvanced(deploymentConfiguration, revision)
  beginDeployment(step, service, revision)
  return { service: describeService(step.state, service) }
}

function refuseWhatIsNotRolling(input: Wire<Aws.CreateServiceRequest>): void {
  const { deploymentController, schedulingStrategy = "REPLICA" } = input
  if ((deploymentController?.type ?? "ECS") !== "ECS" || schedulingStrategy !== "REPLICA") {
    throw invalidParameter("The local cloud has the ECS deployment controller and the REPLICA strategy only.")
  }
}

/** The name of a service that was deleted is free again. */
function makeWayFor({ state }: Step, cluster: string, name: string): void {
  const existing = serviceNamed(state, cluster, name)
  if (existing?.status === "ACTIVE") throw invalidParameter("Creation of service was not idempotent.")
  if (existing?.status === "DRAINING") throw invalidParameter("Unable to Start a service that is still Draining.")
  state.services = state.services.filter((service) => service !== existing)
}
