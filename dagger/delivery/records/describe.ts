import { refused } from "../../platform/failure.ts"
import type { Migration } from "../migrations/destructive.ts"
import { readKeptMigrations } from "../migrations/kept-migrations.ts"
import type { Target } from "../target.ts"
import { listDeployments, readRecord, type DeploymentRecord } from "./record.ts"

/** A recorded deployment beside the one before it. */
export interface DescribedDeployment {
  record: DeploymentRecord
  former?: DeploymentRecord | undefined
  /** What it ran; none where the environment has not kept them */
  migrations: Migration[]
}

/** Reads a recorded deployment, by default the last. Refuses where there is none. */
export async function describeRecorded(target: Target, number: number | undefined): Promise<DescribedDeployment> {
  const recorded = await listDeployments(target)
  const at = number === undefined ? 0 : recorded.indexOf(number)
  if (recorded[at] === undefined) {
    const what = number === undefined ? "no deployment" : `no deployment ${number}`
    throw refused(
      `there is ${what} to ${target.environment}.`,
      `history --env ${target.environment} shows which there are.`,
    )
  }
  const record = await readRecord(target, recorded[at])
  const former = recorded[at + 1] === undefined ? undefined : await readRecord(target, recorded[at + 1]!)
  const kept = async (one: DeploymentRecord | undefined) => {
    const migrating = one?.services.find(({ name }) => name === target.platform.migration.service)
    return (migrating && (await readKeptMigrations(target, migrating.version))) ?? []
  }
  const before = new Set((await kept(former)).map(({ id }) => id))
  return { record, former, migrations: (await kept(record)).filter(({ id }) => !before.has(id)) }
}
