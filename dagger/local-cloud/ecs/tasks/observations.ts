import type { Address } from "../address.ts"
import { backOff, endBackOff } from "../scheduler/back-off.ts"
import { countFailure } from "../scheduler/circuit-breaker.ts"
import { addEvent } from "../scheduler/events.ts"
import type { Task } from "../state.ts"
import type { Step } from "../step.ts"
import { deregisterTargets, registerTargets } from "../targets/registration.ts"
import { startChecks } from "./container-checks.ts"
import { ownerOf } from "./owner.ts"
import { deprovision, markStopping } from "./stop.ts"

/** After so many tasks in a row that never ran, ECS says so; the next launches are being held back by then. */
const inconsistentStarts = 3

/** 128 + SIGKILL: nothing but the kernel's out-of-memory killer sends it to a container that was not being stopped. */
const killed = 137

export function taskProvisioned(step: Step, task: Task): void {
  if (task.lastStatus !== "PROVISIONING") return
  task.lastStatus = "PENDING"
  task.pullStartedAt = step.now
}

export function containerStarted(step: Step, task: Task, address: Address | undefined): void {
  task.pullStoppedAt = step.now
  task.startedAt = step.now
  task.address = address
  if (task.desiredStatus === "STOPPED") return
  task.lastStatus = "RUNNING"
  registerTargets(step, task)
  startChecks(step, task)
  const owner = ownerOf(step.state, task)
  if (owner) endBackOff(owner.deployment)
}

export function containerNotStarted(step: Step, task: Task, reason: string): void {
  task.containerReason = reason
  if (task.desiredStatus === "RUNNING") {
    markStopping(step, task, "TaskFailedToStart", reason)
    countFailedStart(step, task)
  }
  deprovision(step, task)
}

export function containerExited(step: Step, task: Task, exitCode: number): void {
  task.exitCode = exitCode
  if (task.desiredStatus === "RUNNING") {
    markStopping(step, task, "EssentialContainerExited", "Essential container in task exited")
    if (exitCode === killed) task.containerReason = "OutOfMemoryError: Container killed due to memory usage"
    deregisterTargets(step, task)
    const owner = ownerOf(step.state, task)
    if (owner) countFailure(owner.deployment)
  }
  deprovision(step, task)
}

function countFailedStart(step: Step, task: Task): void {
  const owner = ownerOf(step.state, task)
  if (!owner) return
  countFailure(owner.deployment)
  backOff(owner.deployment, step.now)
  if (owner.deployment.launchFailures === inconsistentStarts) {
    addEvent(step, owner.service, "is unable to consistently start tasks successfully.")
  }
}
