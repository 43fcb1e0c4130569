import { refused } from "../../platform/failure.ts"
import { listDeployments, readHistory, type DeploymentRecord } from "./record.ts"
import type { Target } from "../target.ts"

/** A recorded deployment, and what it changed against the one before it. */
export interface PastDeployment {
  record: DeploymentRecord
  /** Services, secrets (by name) and `site` */
  changed: string[]
}

/** The last deployments, the newest first. Changes nothing. */
export async function history(target: Target, limit: number): Promise<PastDeployment[]> {
  if (limit < 1) throw refused(`${limit} deployments cannot be shown.`, "Name a limit of 1 or more.")
  const recorded = await listDeployments(target)
  const records = await readHistory(target, recorded.slice(0, limit + 1))
  return records.slice(0, limit).map((record, index) => ({ record, changed: changedIn(record, records[index + 1]) }))
}

function changedIn(record: DeploymentRecord, former: DeploymentRecord | undefined): string[] {
  const before = new Map(former?.services.map(({ name, taskDefinition }) => [name, taskDefinition]))
  const services = record.services.filter(({ name, taskDefinition }) => before.get(name) !== taskDefinition)
  const secrets = Object.entries(record.secrets).filter(([name, version]) => former?.secrets[name] !== version)
  return [
    ...services.map(({ name }) => name),
    ...secrets.map(([name]) => name),
    ...(record.site === former?.site ? [] : ["site"]),
  ]
}
