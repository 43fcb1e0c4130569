import type { Service, ServiceDeployment } from "#aws/ecs"
import { expect, test } from "vitest"
import { judge, judgeByService } from "../../../delivery/ecs/judge.ts"

test.each([
  ["a deployment that waits is waited for", { status: "PENDING" }, "continue"],
  ["a finished deployment is a success", { status: "SUCCESSFUL" }, "succeeded"],
  [
    "a finished rollback is not a success",
    { status: "ROLLBACK_SUCCESSFUL", rollback: { reason: "breaker" } },
    "rolled-back",
  ],
  ["a rollback under way is waited for", { status: "ROLLBACK_IN_PROGRESS" }, "continue"],
  ["a rollback that failed is a failure", { status: "ROLLBACK_FAILED" }, "failed"],
  ["a deployment that somebody stopped is a failure", { status: "STOPPED" }, "failed"],
  ["a stop that was asked for is waited for", { status: "STOP_REQUESTED" }, "continue"],
] as [string, ServiceDeployment, string][])("%s", (_, answer, kind) => expect(judge(answer).kind).toBe(kind))

test("a breaker that fired is told before its rollback has begun", () => {
  const deploymentCircuitBreaker = { status: "TRIGGERED", failureCount: 3, threshold: 3 } as const
  expect(judge({ status: "IN_PROGRESS", deploymentCircuitBreaker })).toEqual({
    kind: "continue",
    failing: expect.stringContaining("3 of 3 failures"),
  })
})

test("an alarm that has gone off is told by its name, before its rollback has begun", () => {
  const alarms: ServiceDeployment["alarms"] = {
    status: "TRIGGERED",
    alarmNames: ["a", "b"],
    triggeredAlarmNames: ["b"],
  }
  expect(judge({ status: "IN_PROGRESS", statusReason: "stopped by an alarm", alarms })).toEqual({
    kind: "continue",
    failing: "stopped by an alarm (b)",
  })
})

const started = { deploymentId: "ecs-svc/2", from: { taskDefinition: "auth:1" }, seen: true }
const primary = (id: string, taskDefinition: string, rolloutState: string) => ({
  status: "PRIMARY",
  id,
  taskDefinition,
  rolloutState,
})
const failed = { ...primary("ecs-svc/2", "auth:2", "FAILED"), status: "ACTIVE", rolloutStateReason: "three failed" }
const former = (rolloutState: string) => primary("ecs-svc/1", "auth:1", rolloutState)

test.each([
  ["ours, completed and primary, is a success", [primary("ecs-svc/2", "auth:2", "COMPLETED")], "succeeded"],
  ["ours under way is waited for", [primary("ecs-svc/2", "auth:2", "IN_PROGRESS")], "continue"],
  ["ours gone while the former one runs was rolled back", [primary("ecs-svc/3", "auth:1", "COMPLETED")], "rolled-back"],
  [
    "ours gone while the former one comes back is waited for",
    [primary("ecs-svc/3", "auth:1", "IN_PROGRESS")],
    "continue",
  ],
  ["ours gone while another one runs was superseded", [primary("ecs-svc/4", "auth:9", "COMPLETED")], "failed"],
  [
    "ours with tasks while another one is primary is waited for",
    [primary("ecs-svc/4", "auth:9", "IN_PROGRESS"), { ...failed, rolloutState: "IN_PROGRESS", runningCount: 1 }],
    "continue",
  ],
  ["ours failed and still primary has no rollback to wait for", [primary("ecs-svc/2", "auth:2", "FAILED")], "failed"],
  ["ours failed and no longer primary is being rolled back", [former("IN_PROGRESS"), failed], "continue"],
  [
    "ours failed, and listed after the rollback has ended, was rolled back",
    [former("COMPLETED"), failed],
    "rolled-back",
  ],
  ["ours failed with a task left is not yet over", [former("COMPLETED"), { ...failed, runningCount: 1 }], "continue"],
  ["a rollback that failed is a failure", [former("FAILED"), failed], "failed"],
] as [string, Service["deployments"], string][])("by DescribeServices alone, %s", (_, deployments, kind) =>
  expect(judgeByService({ deployments }, started).kind).toBe(kind),
)

test("by DescribeServices alone, a rollback is told with ECS's reason, under way and ended", () => {
  const [underWay, ended] = ["IN_PROGRESS", "COMPLETED"].map((state) =>
    judgeByService({ deployments: [former(state), failed] as Service["deployments"] }, started),
  )
  expect(underWay).toEqual({ kind: "continue", failing: "three failed" })
  expect(ended).toEqual({ kind: "rolled-back", reason: "three failed" })
})

test("by DescribeServices alone, ours missing from an answer that never had it is waited for", () => {
  const deployments = [primary("ecs-svc/1", "auth:1", "COMPLETED")] as Service["deployments"]
  expect(judgeByService({ deployments }, { ...started, seen: false }).kind).toBe("continue")
})

/** What ministack's own ECS answered while it rolled a crashing revision back, less what nobody judges by. */
const breaker = "ECS deployment circuit breaker was triggered after 3 consecutive task failures."
const recorded = {
  former: { id: "ecs-svc/be4a181772be45fba3b4", taskDefinition: "catalog:2", pendingCount: 0, failedTasks: 0 },
  ours: { id: "ecs-svc/da0286fc826947278c6b", taskDefinition: "catalog:3", runningCount: 0, pendingCount: 0 },
  failed: { status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: breaker, failedTasks: 3 },
}

test.each<[string, NonNullable<Service["deployments"]>, object]>([
  [
    "while tasks fail",
    [
      { ...recorded.ours, status: "PRIMARY", rolloutState: "IN_PROGRESS", rolloutStateReason: "", failedTasks: 2 },
      { ...recorded.former, status: "ACTIVE", rolloutState: "COMPLETED", runningCount: 1 },
    ],
    { kind: "continue" },
  ],
  [
    "while the rollback is under way",
    [
      { ...recorded.ours, ...recorded.failed, rolloutState: "FAILED" },
      { ...recorded.former, status: "PRIMARY", rolloutState: "IN_PROGRESS", runningCount: 1 },
    ],
    { kind: "continue", failing: breaker },
  ],
  [
    "from then on, for ever",
    [
      { ...recorded.ours, ...recorded.failed, rolloutState: "FAILED" },
      { ...recorded.former, status: "PRIMARY", rolloutState: "COMPLETED", runningCount: 1 },
    ],
    { kind: "rolled-back", reason: breaker },
  ],
])("by what ministack answered %s", (_, deployments, verdict) => {
  const started = { deploymentId: recorded.ours.id, from: { taskDefinition: "catalog:2" }, seen: true }
  expect(judgeByService({ deployments }, started)).toEqual(verdict)
})
