import { actionNamed } from "./actions/actions.ts"
import type { Address } from "./address.ts"
import { forget } from "./forget.ts"
import type { HealthCheck, ProbeResult } from "./health-check.ts"
import { nextState } from "./next-state.ts"
import { alarmsSeen } from "./scheduler/alarms.ts"
import { schedule } from "./scheduler/scheduler.ts"
import { obeyStopRequest } from "./scheduler/stop-requests.ts"
import type { State } from "./state.ts"
import type { Effect, Step } from "./step.ts"
import { removeDrainedTargets } from "./targets/registration.ts"
import { probeTargets, targetProbed } from "./targets/probes.ts"
import { checkContainers, containerChecked } from "./tasks/container-checks.ts"
import { containerExited, containerNotStarted, containerStarted, taskProvisioned } from "./tasks/observations.ts"
import { ageTasks, stopDrainedTasks } from "./tasks/stop.ts"

/** What can happen: a call of the API, something that the runner saw, or nothing but time. */
export type Input =
  | { type: "call"; action: string; input: unknown }
  | { type: "targetGroupDescribed"; targetGroupArn: string; check: HealthCheck }
  | { type: "taskProvisioned"; taskId: string }
  | { type: "containerStarted"; taskId: string; address?: Address | undefined }
  | { type: "containerNotStarted"; taskId: string; reason: string }
  | { type: "containerExited"; taskId: string; exitCode: number }
  | { type: "containerChecked"; taskId: string; passed: boolean }
  | { type: "targetProbed"; taskId: string; targetGroupArn: string; result: ProbeResult }
  | { type: "alarmsSeen"; goneOff: string[] }
  | { type: "tick" }

export interface Reduction {
  state: State
  effects: Effect[]
  /** The body of the answer to a call */
  answer: unknown
}

/** ECS as a pure function. Throws an `AwsError` where AWS refuses a call; nothing has changed then. */
export function reduce(before: State, input: Input, now: number): Reduction {
  const step: Step = { state: nextState(before), now, effects: [] }
  passTime(step)
  const answer = take(step, input)
  for (const service of step.state.services) schedule(step, service)
  probeTargets(step)
  checkContainers(step)
  forget(step)
  return { state: step.state, effects: step.effects, answer }
}

function passTime(step: Step): void {
  for (const service of step.state.services) obeyStopRequest(step, service)
  removeDrainedTargets(step)
  stopDrainedTasks(step)
  ageTasks(step)
}

function take(step: Step, input: Input): unknown {
  switch (input.type) {
    case "call":
      return actionNamed(input.action)(step, input.input)
    case "targetGroupDescribed":
      step.state.targetGroups[input.targetGroupArn] = input.check
      return
    case "targetProbed":
      return targetProbed(step, input.taskId, input.targetGroupArn, input.result)
    case "alarmsSeen":
      return alarmsSeen(step, input.goneOff)
    case "tick":
      return
    default:
      return observe(step, input)
  }
}

/** An observation can come after its task has stopped, or has been forgotten. */
function observe(step: Step, input: Extract<Input, { taskId: string }>): void {
  const task = step.state.tasks.find(({ id }) => id === input.taskId)
  if (!task || task.lastStatus === "STOPPED") return
  switch (input.type) {
    case "taskProvisioned":
      return taskProvisioned(step, task)
    case "containerStarted":
      return containerStarted(step, task, input.address)
    case "containerNotStarted":
      return containerNotStarted(step, task, input.reason)
    case "containerChecked":
      return containerChecked(step, task, input.passed)
    case "containerExited":
      return containerExited(step, task, input.exitCode)
  }
}
