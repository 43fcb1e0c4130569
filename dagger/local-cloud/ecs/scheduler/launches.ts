import type { Deployment, Service } from "../state.ts"
import type { Step } from "../step.ts"
import { launchTask, type Launch } from "../tasks/launch.ts"
import { missing, room } from "./capacity.ts"
import { otherDeployments, primaryOf } from "./deployments.ts"
import { addEvent, listed } from "./events.ts"

/**
 * A rule of the scheduler: starts the tasks that are missing, as far as the maximum percent allows. Each deployment
 * replaces its own; the PRIMARY comes first, so that a revision that fixes another always gets through.
 */
export function launchMissing(step: Step, service: Service): boolean {
  const free = room(step.state, service)
  for (const deployment of [primaryOf(service), ...otherDeployments(service)]) {
    const count = Math.min(missing(step, service, deployment), free)
    if (count <= 0) continue
    const tasks = Array.from({ length: count }, () => launchTask(step, launchOf(service, deployment)))
    addEvent(step, service, `has started ${count} tasks: ${listed(tasks)}.`)
    return true
  }
  return false
}

function launchOf(service: Service, deployment: Deployment): Launch {
  return {
    cluster: service.cluster,
    taskDefinition: deployment.revision.taskDefinition,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    deploymentId: deployment.id,
  }
}
