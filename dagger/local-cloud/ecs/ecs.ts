import type { TargetDescription, TargetHealthDescription } from "#aws/elb"
import { targetGroupsOf } from "./actions/target-groups.ts"
import { AwsError, invalidParameter } from "./aws-error.ts"
import { systemClock } from "./clock.ts"
import { reduce, type Input } from "./reduce.ts"
import { monitoredAlarms } from "./scheduler/alarms.ts"
import { sharesOf, type Share } from "./scheduler/shifts.ts"
import { runner } from "./effects.ts"
import type { Address } from "./address.ts"
import type { RolloutsOptions } from "./options.ts"
import { emptyState } from "./state.ts"
import { checkInput } from "./validation/check-input.ts"
import { healthyTargets, targetHealth } from "./targets/target-health.ts"
import { wakeTime } from "./wake-time.ts"

export interface Rollouts {
  /** One ECS action and its input → the answer's body. Rejects with an `AwsError`. */
  call(action: string, input: unknown): Promise<unknown>
  /** Rejects with TargetGroupNotFound where there is none. */
  checkTargetGroup(targetGroupArn: string): Promise<void>
  /** DescribeTargetHealth: of all registered targets, or of those asked for */
  targetHealth(targetGroupArn: string, targets?: TargetDescription[]): TargetHealthDescription[]
  /** The target groups that share the requests of a rule that forwards to one of them */
  sharesOf(targetGroupArn: string): Share[]
  /** Where requests may go now: targets that are healthy. A real ALB fails open when none is; this one answers 503. */
  healthyTargets(targetGroupArn: string): Address[]
  /** Stops all tasks and timers. */
  close(): Promise<void>
}

/** In milliseconds */
const lookAtAlarmsEvery = 1_000

/** Starts an ECS with nothing in it. */
export function startRollouts(options: RolloutsOptions): Rollouts {
  const { driver, region, account, clock = systemClock, healthyAfterSeconds = 40 } = options
  // Log streams are named after tasks: a cloud that starts anew must not give the ids of the one before
  let state = emptyState({ region, account, healthyAfterSeconds, seed: String(clock.now()) })
  let cancelWake = () => {}
  let cancelLook = () => {}
  let looksAtAlarms = false
  const closing = new AbortController()
  const run = runner(options, clock, observe, closing.signal)

  function observe(input: Input): void {
    if (!closing.signal.aborted) dispatch(input)
  }

  function dispatch(input: Input): unknown {
    const { state: next, effects, answer } = reduce(state, input, clock.now())
    state = next
    effects.forEach(run)
    cancelWake()
    cancelWake = wake()
    if (!looksAtAlarms) void lookAtAlarms()
    return answer
  }

  /** As long as a deployment under way may be stopped by one. */
  async function lookAtAlarms(): Promise<void> {
    const names = monitoredAlarms(state)
    if (!options.alarmsGoneOff || names.length === 0) return
    looksAtAlarms = true
    const goneOff = await options.alarmsGoneOff(names).catch(() => undefined)
    if (goneOff) observe({ type: "alarmsSeen", goneOff })
    if (closing.signal.aborted) return
    cancelLook = clock.at(clock.now() + lookAtAlarmsEvery, () => {
      looksAtAlarms = false
      void lookAtAlarms()
    })
  }

  function wake(): () => void {
    const time = wakeTime(state, clock.now())
    return time === Infinity ? () => {} : clock.at(time, () => observe({ type: "tick" }))
  }

  async function readTargetGroups(action: string, input: unknown): Promise<void> {
    for (const targetGroupArn of targetGroupsOf(state, action, input)) {
      const check = await options.targetGroup(targetGroupArn).catch((error: Error) => {
        throw invalidParameter(`Unable to describe target group ${targetGroupArn}: ${error.message}`)
      })
      observe({ type: "targetGroupDescribed", targetGroupArn, check })
    }
  }

  return {
    async call(action, asked) {
      const input = checkInput(action, asked ?? {})
      await readTargetGroups(action, input)
      if (closing.signal.aborted) throw new AwsError("ServerException", "The local cloud is shutting down.", 500)
      return dispatch({ type: "call", action, input })
    },
    async checkTargetGroup(targetGroupArn) {
      // One that tasks are registered with is there; any other may be one that no service has
      if (state.targets.some((target) => target.targetGroupArn === targetGroupArn)) return
      await options.targetGroup(targetGroupArn).catch((error: Error) => {
        const isMissing = error.name.startsWith("TargetGroupNotFound")
        throw isMissing ? new AwsError("TargetGroupNotFound", "One or more target groups not found") : error
      })
    },
    targetHealth: (targetGroupArn, targets) => targetHealth(state, targetGroupArn, targets),
    sharesOf: (targetGroupArn) => sharesOf(state, targetGroupArn),
    healthyTargets: (targetGroupArn) => healthyTargets(state, targetGroupArn),
    async close() {
      closing.abort()
      cancelWake()
      cancelLook()
      await driver.close()
    },
  }
}
