import type { Deployment, Service, State, Task } from "../state.ts"

/** The service and the deployment that a task belongs to; none for a task of RunTask. */
export function ownerOf(state: State, task: Task): { service: Service; deployment: Deployment } | undefined {
  for (const service of state.services) {
    const deployment = service.deployments.find(({ id }) => id === task.deploymentId)
    if (deployment) return { service, deployment }
  }
  return undefined
}
