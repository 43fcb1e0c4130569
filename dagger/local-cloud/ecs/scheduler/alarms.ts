import type { Service, ServiceDeployment, State } from "../state.ts"
import type { Step } from "../step.ts"
import { currentServiceDeployment, isFinished, primaryOf, setRolloutState } from "./deployments.ts"
import { addEvent } from "./events.ts"
import { endFailed } from "./rollback.ts"

/** AWS's own words for this are not documented. */
const triggered = "because a CloudWatch alarm was triggered."

/** The alarms that deployments under way are stopped by. */
export function monitoredAlarms({ services }: State): string[] {
  const alarms = services.flatMap(({ serviceDeployments }) => serviceDeployments.at(-1) ?? []).filter(isMonitoring)
  return [...new Set(alarms.flatMap(({ alarms }) => alarms!.names))]
}

const isMonitoring = (deployment: ServiceDeployment): boolean =>
  deployment.alarms?.status === "MONITORING" && !isFinished(deployment)

/** Takes in which alarms have gone off. One that had gone off as a deployment began is nothing that it did: no alarm stops it then. */
export function alarmsSeen({ state }: Step, goneOff: string[]): void {
  for (const { serviceDeployments } of state.services) {
    const deployment = serviceDeployments.at(-1)
    if (!deployment || !isMonitoring(deployment)) continue
    const { names, seen } = deployment.alarms!
    const ours = goneOff.filter((name) => names.includes(name))
    const status = ours.length === 0 ? "MONITORING" : seen ? "TRIGGERED" : "DISABLED"
    deployment.alarms = { names, status, seen: true, triggered: status === "TRIGGERED" ? ours : [] }
  }
}

/** A rule of the scheduler: an alarm of the deployment under way has gone off. */
export function obeyAlarm(step: Step, service: Service): boolean {
  const deployment = currentServiceDeployment(service)
  if (deployment.alarms?.status !== "TRIGGERED" || deployment.status !== "IN_PROGRESS") return false
  const failed = primaryOf(service)
  setRolloutState(failed, "FAILED", "ECS deployment failed: alarm detected.", step.now)
  addEvent(step, service, `(deployment ${failed.id}) deployment failed: alarm detected.`)
  endFailed(step, service, service.deploymentConfiguration.alarms?.rollback, triggered)
  return true
}
