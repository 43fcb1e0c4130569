import type { Service } from "../state.ts"
import type { Step } from "../step.ts"
import { obeyAlarm } from "./alarms.ts"
import { tripCircuitBreaker } from "./circuit-breaker.ts"
import { launchMissing } from "./launches.ts"
import { completeDeployment, endDeletion, noteHealthy, reportSteadyState, reportStuck } from "./steady-state.ts"
import { stopOutdated, stopSurplus } from "./stops.ts"
import { shiftTraffic } from "./traffic-shift.ts"
import { makeRoom, stopReplaced } from "./unhealthy.ts"

/** The service scheduler. A rule does one thing to a service and says whether it did: the first that can, acts. */
const rules = [
  noteHealthy,
  tripCircuitBreaker,
  obeyAlarm,
  stopReplaced,
  stopSurplus,
  stopOutdated,
  launchMissing,
  shiftTraffic,
  makeRoom,
  completeDeployment,
  reportSteadyState,
  reportStuck,
  endDeletion,
]

/** Far more than any service needs; beyond it, a rule acts without getting anywhere, and this process would be deaf. */
const mostTurns = 100_000

/** Does all that can be done for a service now. What has to be waited for is an observation or a time to come. */
export function schedule(step: Step, service: Service): void {
  let turns = 0
  while (service.status !== "INACTIVE" && rules.some((rule) => rule(step, service))) {
    if (++turns > mostTurns) throw new Error(`the scheduler gets nowhere with service ${service.name}`)
  }
}
