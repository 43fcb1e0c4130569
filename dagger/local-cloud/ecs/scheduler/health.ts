import type { Deployment, Service, State, Task } from "../state.ts"
import type { Moment } from "../step.ts"
import { targetsOf } from "../targets/registration.ts"

export type Health = "starting" | "healthy" | "unhealthy"

/** A deployment's tasks that nobody is stopping. */
export function tasksOf(moment: Moment, deployment: Deployment): Task[] {
  return moment.state.tasks.filter((task) => task.deploymentId === deployment.id && task.desiredStatus === "RUNNING")
}

/** All tasks of a service, those that have stopped, too. */
export function tasksOfService({ tasks }: State, { deployments }: Service): Task[] {
  const ids = new Set<string | undefined>(deployments.map(({ id }) => id))
  return tasks.filter(({ deploymentId }) => ids.has(deploymentId))
}

/** A service's deployments that have tasks which nobody is stopping; of all that it ever had, few do. */
export function deploymentsAtWork({ state }: Moment, { deployments }: Service): Deployment[] {
  const kept = state.tasks.filter(({ desiredStatus }) => desiredStatus === "RUNNING")
  const ids = new Set(kept.map(({ deploymentId }) => deploymentId))
  return deployments.filter(({ id }) => ids.has(id))
}

/** The tasks of a deployment, by how the scheduler sees them. */
export function tasksByHealth(moment: Moment, service: Service, deployment: Deployment): Record<Health, Task[]> {
  const tasks: Record<Health, Task[]> = { starting: [], healthy: [], unhealthy: [] }
  for (const task of tasksOf(moment, deployment)) tasks[healthOf(moment, service, deployment, task)].push(task)
  return tasks
}

/** Its container's check decides, where it has one, and all its targets; without either, that it has been RUNNING for a while. */
function healthOf(moment: Moment, service: Service, deployment: Deployment, task: Task): Health {
  if (task.startedAt === undefined) return "starting"
  if (task.health?.status === "UNHEALTHY") return "unhealthy"
  if (task.health?.status === "UNKNOWN") return "starting"
  if (!deployment.revision.loadBalancers?.length && task.health) return "healthy"
  if (!deployment.revision.loadBalancers?.length) return moment.now >= settledAt(moment, task) ? "healthy" : "starting"
  const targets = targetsOf(moment.state, task)
  if (targets.length > 0 && targets.every(({ state }) => state === "healthy")) return "healthy"
  const failed = targets.some(({ state }) => state === "unhealthy")
  return failed && moment.now >= graceEndsAt(service, task) ? "unhealthy" : "starting"
}

function settledAt({ state }: Moment, { startedAt = Infinity }: Task): number {
  return startedAt + state.healthyAfterSeconds * 1000
}

function graceEndsAt({ settings }: Service, { startedAt = Infinity }: Task): number {
  return startedAt + (settings.healthCheckGracePeriodSeconds ?? 0) * 1000
}

/** The times at which a task's health can change without anything being observed. */
export function healthChangesAt(moment: Moment, service: Service, task: Task): number[] {
  return [settledAt(moment, task), graceEndsAt(service, task)]
}
