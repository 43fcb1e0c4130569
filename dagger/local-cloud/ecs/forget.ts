import { latestCompleted } from "./scheduler/rollback.ts"
import type { Service } from "./state.ts"
import type { Step } from "./step.ts"

/** AWS keeps service deployments for 90 days; here it is the latest of each service. */
const serviceDeploymentsKept = 100

/** How long a deleted service is described as INACTIVE, in milliseconds. AWS promises no time. */
const inactiveMilliseconds = 3_600_000

/** Forgets what nobody can ask for any more, so that a step costs the same however much was deployed before it. */
export function forget(step: Step): void {
  const { state, now } = step
  state.services = state.services.filter(({ inactiveAt = Infinity }) => now < inactiveAt + inactiveMilliseconds)
  for (const service of state.services) forgetDeployments(step, service)
}

/** Keeps the deployments that run, that can be rolled back to, or that a task or service deployment names. */
function forgetDeployments({ state }: Step, service: Service): void {
  if (service.serviceDeployments.length <= serviceDeploymentsKept) return
  service.serviceDeployments = service.serviceDeployments.slice(-serviceDeploymentsKept)
  const named = new Set<string | undefined>([service.primary, latestCompleted(service)?.id])
  for (const { deploymentId, sourceDeploymentIds, rollback } of service.serviceDeployments) {
    for (const id of [deploymentId, ...sourceDeploymentIds, rollback?.deploymentId]) named.add(id)
  }
  for (const { deploymentId } of state.tasks) named.add(deploymentId)
  service.deployments = service.deployments.filter(({ id }) => named.has(id))
}
