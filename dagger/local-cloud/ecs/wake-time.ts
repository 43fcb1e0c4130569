import { healthChangesAt, tasksOfService } from "./scheduler/health.ts"
import { stopsAt } from "./scheduler/stop-requests.ts"
import { shiftsAt } from "./scheduler/shifts.ts"
import type { State } from "./state.ts"
import { nextProbe } from "./targets/probes.ts"
import { nextCheck } from "./tasks/container-checks.ts"
import { nextChange } from "./tasks/stop.ts"

/** When to reduce next if nothing happens before; Infinity when there is nothing to wait for. */
export function wakeTime(state: State, now: number): number {
  const due = [
    ...state.tasks.map(nextChange),
    ...state.tasks.map(nextCheck),
    ...state.targets.map(nextProbe),
    ...state.targets.map(({ drainedAt = Infinity }) => drainedAt),
    ...state.services.map(stopsAt),
    ...state.services.map(shiftsAt),
  ]
  return Math.min(...due, ...comparedWithNow(state, now).filter((time) => time > now))
}

/** Times that the scheduler compares with the clock at each step: once past, they have had their effect. */
function comparedWithNow(state: State, now: number): number[] {
  return state.services.flatMap((service) => [
    ...service.deployments.map(({ launchAfter }) => launchAfter),
    ...tasksOfService(state, service)
      .filter(({ lastStatus }) => lastStatus === "RUNNING")
      .flatMap((task) => healthChangesAt({ state, now }, service, task)),
  ])
}
