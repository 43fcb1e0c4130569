import type * as Aws from "#aws/ecs"
import { clusterArn, serviceArn } from "../arns.ts"
import type { Deployment, Service, State } from "../state.ts"
import { containerDefinition } from "../tasks/container.ts"
import { targetGroupsOf } from "../scheduler/shifts.ts"
import { taskDefinition } from "../tasks/revisions.ts"
import { epochSeconds, type Wire } from "../wire.ts"
import { taskCounts } from "./task-counts.ts"

export function revisionWithArn(state: State, arn: string): { service: Service; deployment: Deployment } | undefined {
  for (const service of state.services) {
    const deployment = service.deployments.find(({ serviceRevisionArn }) => serviceRevisionArn === arn)
    if (deployment) return { service, deployment }
  }
  return undefined
}

export function describeServiceRevision(
  state: State,
  service: Service,
  deployment: Deployment,
): Wire<Aws.ServiceRevision> {
  const { serviceRevisionArn, revision, createdAt } = deployment
  const { name, image } = containerDefinition(taskDefinition(state, revision.taskDefinition))
  return {
    ...revision,
    serviceRevisionArn,
    serviceArn: serviceArn(state, service),
    clusterArn: clusterArn(state, service.cluster),
    launchType: service.settings.launchType,
    capacityProviderStrategy: service.settings.capacityProviderStrategy,
    containerImages: [{ containerName: name, image }],
    createdAt: epochSeconds(createdAt),
    resolvedConfiguration: { loadBalancers: targetGroupsOf(deployment).map((targetGroupArn) => ({ targetGroupArn })) },
  }
}

export function summarizeServiceRevision(state: State, deployment: Deployment): Aws.ServiceRevisionSummary {
  const { runningCount, pendingCount } = taskCounts(state, [deployment])
  return {
    arn: deployment.serviceRevisionArn,
    requestedTaskCount: deployment.desiredCount,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
  }
}
