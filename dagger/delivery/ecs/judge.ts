import type { Deployment, Service as EcsService, ServiceDeployment } from "#aws/ecs"
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
 * Judges by DescribeServices alone, for a role that may not describe service deployments and for an ECS that has none. Replaced
 * deployments vanish from AWS's answer and stay in others', so that what the PRIMARY one runs tells how ours ended.
 */
export function judgeByService(service: EcsService, started: Started): Verdict {
  const ours = service.deployments?.find(({ id }) => id === started.deploymentId)
  if (!ours && !started.seen) return { kind: "continue" }
  if (ours?.status === "PRIMARY") return judgePrimary(ours)
  const primary = primaryOf(service)
  if (primary?.taskDefinition === started.from.taskDefinition) return judgeRollback(primary, ours)
  if (ours && tasksLeft(ours) > 0) return { kind: "continue" }
  return { kind: "failed", reason: `superseded by another deployment, of ${primary?.taskDefinition}` }
}

function judgePrimary({ rolloutState, rolloutStateReason }: Deployment): Verdict {
  if (rolloutState === "COMPLETED") return { kind: "succeeded" }
  // With rollback configured, ECS makes the former deployment PRIMARY again.
  if (rolloutState === "FAILED") return { kind: "failed", reason: rolloutStateReason || "ECS gave no reason" }
  return { kind: "continue" }
}

/** The former definition is PRIMARY again. That is over once it has completed, and ours has no task any more. */
function judgeRollback(former: Deployment, ours: Deployment | undefined): Verdict {
  const why = ours?.rolloutState === "FAILED" ? ours.rolloutStateReason : undefined
  const reason = why || "ECS replaced the deployment by the former task definition, and gave no reason"
  if (former.rolloutState === "FAILED") return { kind: "failed", reason: former.rolloutStateReason || reason }
  const isOver = former.rolloutState === "COMPLETED" && (!ours || tasksLeft(ours) === 0)
  return isOver ? { kind: "rolled-back", reason } : { kind: "continue", failing: reason }
}

const tasksLeft = ({ runningCount = 0, pendingCount = 0 }: Deployment): number => runningCount + pendingCount

function reasonOf(deployment: ServiceDeployment): string {
  const breaker = deployment.deploymentCircuitBreaker
  const count = breaker?.status === "TRIGGERED" ? ` (${breaker.failureCount} of ${breaker.threshold} failures)` : ""
  const alarms = deployment.alarms?.triggeredAlarmNames ?? []
  const goneOff = alarms.length > 0 ? ` (${alarms.join(", ")})` : ""
  const reason = deployment.rollback?.reason ?? deployment.statusReason ?? `service deployment ${deployment.status}`
  return `${reason}${count}${goneOff}`
}
