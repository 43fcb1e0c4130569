import type { Deployment, State, Task } from "../state.ts"

export interface TaskCounts {
  runningCount: number
  pendingCount: number
}

/** A task that is draining or stopping counts as neither. */
export function taskCounts({ tasks }: State, deployments: Deployment[]): TaskCounts {
  const ids = deployments.map(({ id }) => id)
  const count = (...statuses: Task["lastStatus"][]) =>
    tasks.filter((task) => ids.includes(task.deploymentId ?? "") && statuses.includes(task.lastStatus)).length
  return { runningCount: count("RUNNING"), pendingCount: count("PROVISIONING", "PENDING") }
}
