import type * as Aws from "#aws/ecs"
import { nameOf, serviceArn } from "../arns.ts"
import { invalidParameter, required } from "../aws-error.ts"
import { describeService } from "../answers/service.ts"
import { scale } from "../scheduler/deployments.ts"
import type { Step } from "../step.ts"
import type { Wire } from "../wire.ts"
import { findActiveService, findCluster, serviceNamed } from "./find.ts"
import { launchTypeOf } from "./launch-type.ts"
import { listed, page } from "./page.ts"

export function describeServices(
  { state }: Step,
  { cluster, services, include = [] }: Wire<Aws.DescribeServicesRequest>,
): Wire<Aws.DescribeServicesResponse> {
  const { clusterName } = findCluster(state, cluster)
  const asked = listed(services, "services", 10)
  const found = asked.flatMap((reference) => serviceNamed(state, clusterName, reference) ?? [])
  const missing = asked.map(nameOf).filter((name) => !serviceNamed(state, clusterName, name))
  return {
    services: found.map((service) => ({
      ...describeService(state, service),
      tags: include.includes("TAGS") ? (service.settings.tags ?? []) : undefined,
    })),
    failures: missing.map((name) => ({ arn: serviceArn(state, { cluster: clusterName, name }), reason: "MISSING" })),
  }
}

export function listServices({ state }: Step, input: Wire<Aws.ListServicesRequest>): Wire<Aws.ListServicesResponse> {
  const { clusterName } = findCluster(state, input.cluster)
  const { launchType, schedulingStrategy = "REPLICA", resourceManagementType = "CUSTOMER" } = input
  const services = state.services.filter(
    ({ cluster, status, settings }) =>
      cluster === clusterName &&
      status !== "INACTIVE" &&
      schedulingStrategy === "REPLICA" &&
      resourceManagementType === "CUSTOMER" &&
      (launchType === undefined || launchTypeOf(settings) === launchType),
  )
  const { items, nextToken } = page(services, { maxResults: 10, ...input })
  return { serviceArns: items.map((service) => serviceArn(state, service)), nextToken }
}

export function deleteService(
  { state }: Step,
  { cluster, service: reference, force }: Wire<Aws.DeleteServiceRequest>,
): Wire<Aws.DeleteServiceResponse> {
  const service = findActiveService(state, cluster, required(reference, "service"))
  if (service.desiredCount > 0 && !force) {
    throw invalidParameter("The service cannot be stopped while it is scaled above 0.")
  }
  scale(service, 0)
  service.status = "DRAINING"
  return { service: describeService(state, service) }
}
