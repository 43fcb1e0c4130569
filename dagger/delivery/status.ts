import pMap from "p-map"
import { servicesAtATime } from "./concurrency.ts"
import { lookAtTasks } from "./ecs/health.ts"
import { currentLock, isExpired } from "./lock/lock.ts"
import type { LockHolder } from "./lock/lock-object.ts"
import { listDeployments, readHistory, type DeploymentRecord } from "./records/record.ts"
import { readRunning, type Running } from "./ecs/services.ts"
import { currentRelease } from "./site/releases.ts"
import type { Target } from "./target.ts"
import { differences } from "./records/drift.ts"

/** What a service runs. */
interface ServiceStatus {
  service: string
  /** Absent where nothing has been deployed yet */
  version?: string | undefined
  healthyTargets: number
  desiredCount: number
  /** The deployment that brought it; absent where none recorded it */
  since?: DeploymentRecord | undefined
}

/** What an environment runs, and who holds its lock. */
export interface Status {
  environment: string
  services: ServiceStatus[]
  site?: string | undefined
  url: string
  lock?: (LockHolder & { expired: boolean }) | undefined
  /** How it differs from the last record: an unfinished deploy, or a change by hand */
  unrecorded: string[]
}

/** Looks at what an environment runs, since when, and by whom. Changes nothing. */
export async function status(target: Target): Promise<Status> {
  const { platform, infrastructure, environment } = target
  const recorded = await listDeployments(target)
  const history = await readHistory(target, recorded.slice(0, platform.history.deployments))
  const running = await readRunning(target, platform.services)
  const lock = await currentLock(target)
  return {
    environment,
    services: await pMap(running, (service) => statusOf(target, service, history), servicesAtATime),
    site: infrastructure.site && (await currentRelease(target)),
    url: infrastructure.site?.url ?? infrastructure.publicUrl,
    lock: lock && { ...lock.value, expired: isExpired(target, lock.value) },
    unrecorded: await differences(target, running, history[0]),
  }
}

async function statusOf(
  target: Target,
  { service, revision }: Running,
  history: DeploymentRecord[],
): Promise<ServiceStatus> {
  const { version, desiredCount, taskDefinition } = revision
  const { healthy: healthyTargets } = await lookAtTasks(target, service, taskDefinition, desiredCount)
  return { service: service.name, version, healthyTargets, desiredCount, since: since(history, taskDefinition) }
}

/** The oldest of the last deployments that all ran a task definition. */
function since(history: DeploymentRecord[], taskDefinition: string): DeploymentRecord | undefined {
  const others = history.findIndex(({ services }) => services.every((one) => one.taskDefinition !== taskDefinition))
  return history[(others < 0 ? history.length : others) - 1]
}
