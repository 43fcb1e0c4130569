import { targetGroupsOf } from "../scheduler/shifts.ts"
import { addEvent } from "../scheduler/events.ts"
import type { State, Target, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { ownerOf } from "../tasks/owner.ts"

export function targetsOf(state: State, task: Task): Target[] {
  return state.targets.filter(({ taskId }) => taskId === task.id)
}

/** Registers a task that runs with its service's target groups; their first probe is due at once. */
export function registerTargets(step: Step, task: Task): void {
  const owner = ownerOf(step.state, task)
  if (!owner || !task.address) return
  for (const targetGroupArn of targetGroupsOf(owner.deployment)) {
    step.state.targets.push({
      taskId: task.id,
      targetGroupArn,
      address: task.address,
      state: "initial",
      passed: 0,
      failed: 0,
      probeAt: step.now,
      probing: false,
    })
    addEvent(step, owner.service, `registered 1 targets in (target-group ${targetGroupArn})`)
  }
}

/** No new request reaches the targets from here on; what is under way has the deregistration delay to end. */
export function deregisterTargets(step: Step, task: Task): void {
  const owner = ownerOf(step.state, task)
  const targets = targetsOf(step.state, task)
  if (!owner || targets.length === 0) return
  const taskSet = `service ${owner.service.name}, taskSet ${owner.deployment.id}`
  addEvent(step, owner.service, "has begun draining connections on 1 tasks.", taskSet)
  for (const target of targets) {
    const delaySeconds = step.state.targetGroups[target.targetGroupArn]?.deregistrationDelaySeconds ?? 0
    target.state = "draining"
    target.drainedAt = step.now + delaySeconds * 1000
    addEvent(step, owner.service, `deregistered 1 targets in (target-group ${target.targetGroupArn})`)
  }
}

/** Forgets targets whose deregistration delay is over. */
export function removeDrainedTargets({ state, now }: Step): void {
  state.targets = state.targets.filter(({ drainedAt = Infinity }) => drainedAt > now)
}
