import type * as Aws from "#aws/ecs"
import { clusterArn, serviceArn } from "../arns.ts"
import { currentServiceDeployment, otherDeployments, primaryOf } from "../scheduler/deployments.ts"
import type { Deployment, Service, State } from "../state.ts"
import { epochSeconds, type Wire } from "../wire.ts"
import { summarizeServiceRevision } from "./service-revision.ts"
import { taskCounts } from "./task-counts.ts"

export function describeService(state: State, service: Service): Wire<Aws.Service> {
  const { taskDefinition, loadBalancers, networkConfiguration, platformVersion } = primaryOf(service).revision
  const deployments = [primaryOf(service), ...activeDeployments(state, service)]
  return {
    serviceArn: serviceArn(state, service),
    serviceName: service.name,
    clusterArn: clusterArn(state, service.cluster),
    status: service.status,
    desiredCount: service.desiredCount,
    ...taskCounts(state, service.deployments),
    taskDefinition,
    loadBalancers,
    networkConfiguration,
    platformVersion,
    serviceRegistries: service.settings.serviceRegistries ?? [],
    launchType: service.settings.launchType,
    capacityProviderStrategy: service.settings.capacityProviderStrategy,
    placementConstraints: service.settings.placementConstraints ?? [],
    placementStrategy: service.settings.placementStrategy ?? [],
    healthCheckGracePeriodSeconds: service.settings.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: service.settings.enableExecuteCommand ?? false,
    enableECSManagedTags: service.settings.enableECSManagedTags ?? false,
    propagateTags: service.settings.propagateTags ?? "NONE",
    availabilityZoneRebalancing: service.settings.availabilityZoneRebalancing,
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    deploymentConfiguration: service.deploymentConfiguration,
    deployments: deployments.map((deployment) => describeDeployment(state, service, deployment)),
    currentServiceDeployment: currentServiceDeployment(service).arn,
    currentServiceRevisions: deployments.map((deployment) => summarizeServiceRevision(state, deployment)),
    events: service.events,
    createdAt: epochSeconds(service.createdAt),
  }
}

/** Those that are being replaced; one whose tasks are all gone has vanished from the list. */
function activeDeployments(state: State, service: Service): Deployment[] {
  const hasTasks = ({ id }: Deployment) =>
    state.tasks.some(({ deploymentId, executionStoppedAt }) => deploymentId === id && executionStoppedAt === undefined)
  return otherDeployments(service).filter(hasTasks).toReversed()
}

function describeDeployment(state: State, service: Service, deployment: Deployment): Wire<Aws.Deployment> {
  return {
    id: deployment.id,
    status: deployment.id === service.primary ? "PRIMARY" : "ACTIVE",
    taskDefinition: deployment.revision.taskDefinition,
    desiredCount: deployment.desiredCount,
    ...taskCounts(state, [deployment]),
    failedTasks: deployment.failedTasks,
    createdAt: epochSeconds(deployment.createdAt),
    updatedAt: epochSeconds(deployment.updatedAt),
    launchType: service.settings.launchType,
    capacityProviderStrategy: service.settings.capacityProviderStrategy,
    platformVersion: deployment.revision.platformVersion,
    networkConfiguration: deployment.revision.networkConfiguration,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  }
}
