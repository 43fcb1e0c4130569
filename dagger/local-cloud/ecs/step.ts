import type { HealthCheck } from "./health-check.ts"
import type { Address } from "./address.ts"
import type { State } from "./state.ts"
import type { Container } from "./tasks/container.ts"

/** A state at a time: what a question about it needs. */
export interface Moment {
  state: State
  now: number
}

/** One step of `reduce`: the new state while it is being made, and what the runner is to do after it. */
export interface Step extends Moment {
  effects: Effect[]
}

export type Effect =
  | { type: "startContainer"; taskId: string; container: Container }
  | { type: "stopContainer"; taskId: string; timeoutSeconds: number }
  | { type: "checkContainer"; taskId: string; command: string[]; timeoutSeconds: number }
  | { type: "probeTarget"; taskId: string; targetGroupArn: string; address: Address; check: HealthCheck }
