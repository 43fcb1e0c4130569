import type { Deployment, Service, State, Task } from "./state.ts"

/**
 * A state that a step may change, beside the one before it, which stays as it is. What a step changes in place is copied
 * here: the state's lists, and the fields of what is still at work. What is over (stopped tasks, finished deployments), and
 * everything deeper, such as a service's settings and events, is shared by both, and is replaced where it changes.
 */
export function nextState(before: State): State {
  const atWork = new Set(before.tasks.filter((task) => !isStopped(task)).map(({ deploymentId }) => deploymentId))
  return {
    ...before,
    clusters: before.clusters.map((cluster) => ({ ...cluster })),
    services: before.services.map((service) => copyService(service, atWork)),
    tasks: before.tasks.map((task) => (isStopped(task) ? task : { ...task })),
    targetGroups: { ...before.targetGroups },
    targets: before.targets.map((target) => ({ ...target })),
  }
}

const isStopped = ({ lastStatus }: Task): boolean => lastStatus === "STOPPED"

function copyService(service: Service, atWork: ReadonlySet<string | undefined>): Service {
  const isOver = ({ id, desiredCount }: Deployment) => id !== service.primary && desiredCount === 0 && !atWork.has(id)
  const latest = service.serviceDeployments.at(-1)
  return {
    ...service,
    deployments: service.deployments.map((deployment) => (isOver(deployment) ? deployment : { ...deployment })),
    serviceDeployments: service.serviceDeployments.map((deployment) =>
      deployment.finishedAt !== undefined && deployment !== latest ? deployment : { ...deployment },
    ),
  }
}
