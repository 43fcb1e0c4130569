import type { HealthCheck } from "#aws/ecs"
import type { State, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { containerDefinition } from "./container.ts"
import { taskDefinition } from "./revisions.ts"

/** When a container is checked next; a check under way is waited for. */
export const nextCheck = ({ health, lastStatus }: Task): number =>
  !health || health.checking || lastStatus !== "RUNNING" ? Infinity : health.checkAt

/** What a container begins with; the first check is at once. */
export function startChecks(step: Step, task: Task): void {
  if (commandOf(checkOf(step.state, task))) {
    task.health = { status: "UNKNOWN", failed: 0, checkAt: step.now, checking: false }
  }
}

/** Has those containers checked whose interval is over. */
export function checkContainers(step: Step): void {
  for (const task of step.state.tasks) {
    if (nextCheck(task) > step.now) continue
    const check = checkOf(step.state, task)
    const { interval = 30, timeout = 5 } = check ?? {}
    task.health = { ...task.health!, checking: true, checkAt: step.now + interval * 1000 }
    step.effects.push({ type: "checkContainer", taskId: task.id, command: commandOf(check)!, timeoutSeconds: timeout })
  }
}

/** Counts a check's result. A failure while the container may still be starting does not count. */
export function containerChecked(step: Step, task: Task, passed: boolean): void {
  if (!task.health) return
  const { retries = 3, startPeriod = 0 } = checkOf(step.state, task) ?? {}
  const counts = step.now >= task.startedAt! + startPeriod * 1000 || task.health.status !== "UNKNOWN"
  const failed = passed || !counts ? 0 : task.health.failed + 1
  const status = passed ? "HEALTHY" : failed >= retries ? "UNHEALTHY" : task.health.status
  task.health = { ...task.health, checking: false, failed, status }
}

const checkOf = (state: State, task: Task): HealthCheck | undefined =>
  containerDefinition(taskDefinition(state, task.taskDefinition)).healthCheck

/** As a program and its arguments; nothing where there is no check. */
function commandOf({ command: [kind, ...words] = [] }: Partial<HealthCheck> = {}): string[] | undefined {
  if (kind === "CMD") return words
  return kind === "CMD-SHELL" ? ["sh", "-c", words.join(" ")] : undefined
}
