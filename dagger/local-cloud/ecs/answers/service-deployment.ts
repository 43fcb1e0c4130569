import type * as Aws from "#aws/ecs"
import { clusterArn, serviceArn } from "../arns.ts"
import { circuitBreakerOf, threshold } from "../scheduler/circuit-breaker.ts"
import type { Deployment, Service, ServiceDeployment, State } from "../state.ts"
import { epochSeconds, epochSecondsIfAny, type Wire } from "../wire.ts"
import { summarizeServiceRevision } from "./service-revision.ts"

export function summarizeServiceDeployment(
  state: State,
  service: Service,
  deployment: ServiceDeployment,
): Wire<Aws.ServiceDeploymentBrief> {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: serviceArn(state, service),
    clusterArn: clusterArn(state, service.cluster),
    createdAt: epochSeconds(deployment.createdAt),
    startedAt: epochSeconds(deployment.createdAt),
    finishedAt: epochSecondsIfAny(deployment.finishedAt),
    targetServiceRevisionArn: deploymentWithId(service, deployment.deploymentId).serviceRevisionArn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  }
}

export function describeServiceDeployment(
  state: State,
  service: Service,
  deployment: ServiceDeployment,
): Wire<Aws.ServiceDeployment> {
  const { targetServiceRevisionArn: _, ...brief } = summarizeServiceDeployment(state, service, deployment)
  const target = deploymentWithId(service, deployment.deploymentId)
  return {
    ...brief,
    updatedAt: epochSeconds(deployment.updatedAt),
    stoppedAt: epochSecondsIfAny(deployment.stoppedAt),
    sourceServiceRevisions: deployment.sourceDeploymentIds
      .map((id) => deploymentWithId(service, id))
      .map((source) => summarizeServiceRevision(state, source)),
    targetServiceRevision: summarizeServiceRevision(state, target),
    deploymentConfiguration: service.deploymentConfiguration,
    lifecycleStage: deployment.shift?.stage,
    deploymentCircuitBreaker: {
      status: deployment.circuitBreaker,
      failureCount: target.failedTasks,
      threshold: threshold(circuitBreakerOf(service), service.desiredCount),
    },
    alarms: describeAlarms(deployment),
    rollback: describeRollback(service, deployment),
  }
}

/** MONITORING ends with the deployment. */
function describeAlarms({ alarms, finishedAt }: ServiceDeployment): Wire<Aws.ServiceDeploymentAlarms> | undefined {
  if (!alarms) return undefined
  const ended = alarms.status === "MONITORING" && finishedAt !== undefined
  return {
    status: ended ? "MONITORING_COMPLETE" : alarms.status,
    alarmNames: alarms.names,
    triggeredAlarmNames: alarms.triggered,
  }
}

function describeRollback(service: Service, { rollback }: ServiceDeployment): Wire<Aws.Rollback> | undefined {
  if (!rollback) return undefined
  return {
    reason: rollback.reason,
    startedAt: epochSeconds(rollback.startedAt),
    serviceRevisionArn: deploymentWithId(service, rollback.deploymentId).serviceRevisionArn,
  }
}

function deploymentWithId(service: Service, id: string): Deployment {
  const deployment = service.deployments.find((one) => one.id === id)
  if (!deployment) throw new Error(`service ${service.name} has no deployment ${id}`)
  return deployment
}
