import type { Service as EcsService, ServiceDeployment } from "#aws/ecs"
import { primaryOf } from "./services.ts"

/** What an answer of ECS means for the deployment that we started. */
export type Verdict =
  | { kind: "continue"; /** Set once ECS has given the deployment up */ failing?: string }
  | { kind: "succeeded" }
  | { kind: "rolled-back"; reason: string }
  | { kind: "failed"; reason: string }

/** Judges by DescribeServiceDeployments, the only answer that tells a rollback from a success. */
export function judge(deployment: ServiceDeployment): Verdict {
  switch (deployment.status) {
    case "SUCCESSFUL":
      return { kind: "succeeded" }
    case "ROLLBACK_SUCCESSFUL":
      return { kind: "rolled-back", reason: reasonOf(deployment) }
    case "ROLLBACK_FAILED":
    case "STOPPED":
      return { kind: "failed", reason: reasonOf(deployment) }
    case "ROLLBACK_REQUESTED":
    case "ROLLBACK_IN_PROGRESS":
      return { kind: "continue", failing: reasonOf(deployment) }
    default:
      return [deployment.deploymentCircuitBreaker, deployment.alarms].some((monitor) => monitor?.status === "TRIGGERED")
        ? { kind: "continue", failing: reasonOf(deployment) }
        : { kind: "continue" }
  }
}

/** The deployment that we started, as DescribeServices knows it. */
export interface Started {
  deploymentId: string
  /** What ran before */
  from: { taskDefinition: string }
  /** Whether it should be in every answer by now: ECS's answers lag, and an old one does not tell that it is gone */
  seen?: boolean | undefined
}

/**
 * Judges by DescribeServices alone, for a role that may not describe service deployments. Replaced deployments vanish
 * from its answer, so that ours missing is told apart by what the PRIMARY one runs.
 */
export function judgeByService(service: EcsService, started: Started): Verdict {
  const ours = service.deployments?.find(({ id }) => id === started.deploymentId)
  const primary = primaryOf(service)
  if (!ours && !started.seen) return { kind: "continue" }
  if (!ours) {
    return primary?.taskDefinition === started.from.taskDefinition
      ? { kind: "rolled-back", reason: "the deployment is gone and the former task definition runs" }
      : { kind: "failed", reason: `superseded by another deployment, of ${primary?.taskDefinition}` }
  }
  if (ours.rolloutState === "COMPLETED") {
    return ours.status === "PRIMARY" ? { kind: "succeeded" } : { kind: "continue" }
  }
  if (ours.rolloutState === "FAILED") {
    const reason = ours.rolloutStateReason ?? "ECS gave no reason"
    // With rollback configured, ECS makes the former deployment PRIMARY again and is still at work on that.
    return ours.status === "PRIMARY" ? { kind: "failed", reason } : { kind: "continue", failing: reason }
  }
  return { kind: "continue" }
}

function reasonOf(deployment: ServiceDeployment): string {
  const breaker = deployment.deploymentCircuitBreaker
  const count = breaker?.status === "TRIGGERED" ? ` (${breaker.failureCount} of ${breaker.threshold} failures)` : ""
  const alarms = deployment.alarms?.triggeredAlarmNames ?? []
  const goneOff = alarms.length > 0 ? ` (${alarms.join(", ")})` : ""
  const reason = deployment.rollback?.reason ?? deployment.statusReason ?? `service deployment ${deployment.status}`
  return `${reason}${count}${goneOff}`
}
