import type * as Aws from "#aws/ecs"
import { nameOf } from "../arns.ts"
import { AwsError, clientException } from "../aws-error.ts"
import type { RegisteredTaskDefinition, Service, ServiceDeployment, State } from "../state.ts"
import { revisionsOf } from "../tasks/revisions.ts"
import type { Wire } from "../wire.ts"

/** A call that names no cluster means this one. */
export const defaultCluster = "default"

export function findCluster(state: State, nameOrArn = defaultCluster): Wire<Aws.Cluster> & { clusterName: string } {
  const clusterName = nameOf(nameOrArn)
  const cluster = state.clusters.find((one) => one.clusterName === clusterName)
  if (!cluster) throw new AwsError("ClusterNotFoundException", "Cluster not found.")
  return { ...cluster, clusterName }
}

export function serviceNamed(state: State, cluster: string, nameOrArn: string): Service | undefined {
  return state.services.find((service) => service.cluster === cluster && service.name === nameOf(nameOrArn))
}

export function findService(state: State, clusterNameOrArn: string | undefined, nameOrArn: string): Service {
  const service = serviceNamed(state, findCluster(state, clusterNameOrArn).clusterName, nameOrArn)
  if (!service) throw new AwsError("ServiceNotFoundException", "Service not found.")
  return service
}

export function findActiveService(state: State, clusterNameOrArn: string | undefined, nameOrArn: string): Service {
  const service = findService(state, clusterNameOrArn, nameOrArn)
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
  return service
}

export function serviceDeploymentWithArn(
  state: State,
  arn: string,
): { service: Service; deployment: ServiceDeployment } | undefined {
  for (const service of state.services) {
    const deployment = service.serviceDeployments.find((one) => one.arn === arn)
    if (deployment) return { service, deployment }
  }
  return undefined
}

/** `family` (its latest ACTIVE revision), `family:revision` or an ARN. */
export function taskDefinitionNamed(state: State, reference: string): RegisteredTaskDefinition | undefined {
  const [family = "", revision] = nameOf(reference).split(":")
  const revisions = revisionsOf(state, family)
  if (revision) return revisions[Number(revision) - 1]
  return revisions.findLast(({ definition }) => definition.status === "ACTIVE")
}

/** A task definition that a task may be started from. */
export function findActiveTaskDefinition(state: State, reference: string): RegisteredTaskDefinition & { arn: string } {
  const registered = taskDefinitionNamed(state, reference)
  const arn = registered?.definition.taskDefinitionArn
  if (!registered || !arn) throw clientException("TaskDefinition not found.")
  if (registered.definition.status !== "ACTIVE") throw clientException("TaskDefinition is inactive")
  return { ...registered, arn }
}
