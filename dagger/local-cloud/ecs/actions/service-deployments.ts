import type * as Aws from "#aws/ecs"
import { AwsError, required } from "../aws-error.ts"
import { describeServiceDeployment, summarizeServiceDeployment } from "../answers/service-deployment.ts"
import { describeServiceRevision, revisionWithArn } from "../answers/service-revision.ts"
import { requestStop } from "../scheduler/stop-requests.ts"
import type { ServiceDeployment } from "../state.ts"
import type { Step } from "../step.ts"
import { epochSeconds, type Wire } from "../wire.ts"
import { findService, serviceDeploymentWithArn } from "./find.ts"
import { listed, page } from "./page.ts"

export function listServiceDeployments(
  { state }: Step,
  input: Wire<Aws.ListServiceDeploymentsRequest>,
): Wire<Aws.ListServiceDeploymentsResponse> {
  const service = findService(state, input.cluster, required(input.service, "service"))
  const newestFirst = service.serviceDeployments.filter((deployment) => isAskedFor(deployment, input)).toReversed()
  const { items, nextToken } = page(newestFirst, { maxResults: 20, ...input })
  return { serviceDeployments: items.map((one) => summarizeServiceDeployment(state, service, one)), nextToken }
}

function isAskedFor(deployment: ServiceDeployment, input: Wire<Aws.ListServiceDeploymentsRequest>): boolean {
  const createdAt = epochSeconds(deployment.createdAt)
  const { after = -Infinity, before = Infinity } = input.createdAt ?? {}
  const hasStatus = !input.status?.length || input.status.includes(deployment.status)
  return hasStatus && after <= createdAt && createdAt <= before
}

export function describeServiceDeployments(
  { state }: Step,
  { serviceDeploymentArns }: Wire<Aws.DescribeServiceDeploymentsRequest>,
): Wire<Aws.DescribeServiceDeploymentsResponse> {
  const arns = listed(serviceDeploymentArns, "serviceDeploymentArns", 20)
  const found = arns.flatMap((arn) => serviceDeploymentWithArn(state, arn) ?? [])
  return {
    serviceDeployments: found.map(({ service, deployment }) => describeServiceDeployment(state, service, deployment)),
    failures: missing(arns, (arn) => serviceDeploymentWithArn(state, arn)),
  }
}

export function describeServiceRevisions(
  { state }: Step,
  { serviceRevisionArns }: Wire<Aws.DescribeServiceRevisionsRequest>,
): Wire<Aws.DescribeServiceRevisionsResponse> {
  const arns = listed(serviceRevisionArns, "serviceRevisionArns", 20)
  const found = arns.flatMap((arn) => revisionWithArn(state, arn) ?? [])
  return {
    serviceRevisions: found.map(({ service, deployment }) => describeServiceRevision(state, service, deployment)),
    failures: missing(arns, (arn) => revisionWithArn(state, arn)),
  }
}

export function stopServiceDeployment(
  step: Step,
  { serviceDeploymentArn, stopType = "ROLLBACK" }: Wire<Aws.StopServiceDeploymentRequest>,
): Wire<Aws.StopServiceDeploymentResponse> {
  const found = serviceDeploymentWithArn(step.state, required(serviceDeploymentArn, "serviceDeploymentArn"))
  if (!found) throw new AwsError("ServiceDeploymentNotFoundException", "The service deployment was not found.")
  requestStop(step, found.service, found.deployment, stopType)
  return { serviceDeploymentArn }
}

function missing(arns: string[], find: (arn: string) => unknown): Aws.Failure[] {
  return arns.filter((arn) => !find(arn)).map((arn) => ({ arn, reason: "MISSING" }))
}
