import { refused } from "../../platform/failure.ts"
import type { Migration } from "../migrations/destructive.ts"
import { readKeptMigrations } from "../migrations/kept-migrations.ts"
import type { Target } from "../target.ts"
import { listAttempts, readAttempt, type Attempt } from "./attempt.ts"
import { listDeployments, readLast, readRecord, type DeploymentRecord } from "./record.ts"

/** A deployment that was recorded, beside the one before it. */
export interface DescribedDeployment {
  record: DeploymentRecord
  /** How it went; absent where that is not kept any more */
  attempt?: Attempt | undefined
  former?: DeploymentRecord | undefined
  /** What it ran; none where the environment has not kept them */
  migrations: Migration[]
}

/** A deploy or a rollback that was not recorded: it was refused, or failed, or has found nothing to change. */
export interface Unrecorded {
  attempt: Attempt
}

/**
 * Reads how a deployment went, by its number, or else the last attempt, recorded or not. Refuses where there is none.
 */
export async function describeRecorded(
  target: Target,
  number: number | undefined,
): Promise<DescribedDeployment | Unrecorded> {
  const recorded = await listDeployments(target)
  if (number === undefined) {
    const [newest] = await listAttempts(target)
    const last = await readLast(target, recorded)
    if (newest !== undefined && newest !== last?.startedAt) {
      const attempt = await readAttempt(target, newest)
      if (attempt) return { attempt }
    }
  }
  return describeNumber(target, recorded, number)
}

async function describeNumber(
  target: Target,
  recorded: number[],
  number: number | undefined,
): Promise<DescribedDeployment> {
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
    const migrating = one?.services.find(({ name }) => name === target.platform.migration?.service)
    return (migrating && (await readKeptMigrations(target, migrating.version))) ?? []
  }
  const before = new Set((await kept(former)).map(({ id }) => id))
  const attempt = await readAttempt(target, record.startedAt)
  return { record, attempt, former, migrations: (await kept(record)).filter(({ id }) => !before.has(id)) }
}
