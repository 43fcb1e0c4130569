import { mostTasksOf, tasksOf } from "../../platform/environments.ts"
import { refused } from "../../platform/failure.ts"
import type { EnvironmentName, Platform, Service } from "../../platform/manifest.ts"
import { isDatabaseUrl } from "../../platform/schema/secret.ts"

/** The connections of one task: those that it keeps, and those that it opens above them under load. */
export interface Pool {
  size: number
  overflow: number
}

/** A roll-out runs as many new tasks beside the old ones before it stops those. */
const tasksDuringRollout = 2

/**
 * What each task of a service may hold, so that all tasks together stay within what the platform may take of its one database,
 * at rest and during a roll-out; undefined where it connects to none, or nobody counts. Refuses an environment with so many
 * tasks that there is not one connection for each.
 */
export function poolOf(platform: Platform, environment: EnvironmentName, service: Service): Pool | undefined {
  return platform.database && connects(platform, service)
    ? sharedPool(platform, platform.database, environment)
    : undefined
}

type Budget = NonNullable<Platform["database"]>

function sharedPool(
  platform: Platform,
  { steadyConnections, peakConnections }: Budget,
  environment: EnvironmentName,
): Pool {
  const tasks = sum(connecting(platform).map((service) => mostTasksOf(platform, service, environment)))
  const each = Math.floor(Math.min(steadyConnections / tasks, peakConnections / (tasks * tasksDuringRollout)))
  if (each < 1) {
    throw refused(
      `${environment} has ${tasks} tasks, more than database.steadyConnections (${steadyConnections}) and peakConnections (${peakConnections}) have connections for.`,
      "Lower tasks in platform.json, or raise the limits if the database allows more.",
    )
  }
  return { size: 1, overflow: each - 1 }
}

/** What is wrong with the numbers of tasks that run in fact, where somebody has scaled services; nothing if all is well. */
export function overBudget(platform: Platform, environment: EnvironmentName, running: Map<string, number>): string[] {
  const connected = connecting(platform)
  if (!platform.database || connected.length === 0) return []
  const { size, overflow } = sharedPool(platform, platform.database, environment)
  const tasks = sum(
    connected.map(
      (service) =>
        service.scaling[environment]?.max ?? (running.get(service.name) || tasksOf(platform, service, environment)),
    ),
  )
  const { steadyConnections: allowed } = platform.database
  const needed = tasks * (size + overflow)
  if (needed <= allowed) return []
  return [
    `${tasks} tasks with ${size + overflow} connections each need ${needed}, allowed are ${allowed}. ` +
      "Scale in, or raise database.steadyConnections in platform.json if the database allows more.",
  ]
}

const connects = (platform: Platform, { secrets }: Service): boolean =>
  secrets.some((name) => isDatabaseUrl(platform.secrets[name]!))

const connecting = (platform: Platform): Service[] => platform.services.filter((service) => connects(platform, service))

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
