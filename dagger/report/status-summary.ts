import type { PastDeployment } from "../delivery/records/history.ts"
import { describeHolder } from "../delivery/lock/lock.ts"
import type { LockHolder } from "../delivery/lock/lock-object.ts"
import type { DeploymentRecord } from "../delivery/records/record.ts"
import type { Rollback } from "../delivery/rollback.ts"
import type { Status } from "../delivery/status.ts"
import { short } from "../platform/version.ts"
import { deploySummary } from "./summary.ts"
import { table } from "./table.ts"

/** What an environment runs, and what is to be known before it is changed. */
export function statusSummary({ environment, services, site, url, lock, unrecorded }: Status): string {
  const rows = services.map(({ service, version, healthyTargets, desiredCount, since }) => [
    service,
    version ? short(version) : "none",
    `${healthyTargets} of ${desiredCount}`,
    ...(since
      ? [String(since.deployment), minuteOf(since.finishedAt), commitOf(since), callerOf(since.by)]
      : ["", "", "", ""]),
  ])
  return [
    table(["service", "version", "healthy", "deployment", "since (UTC)", "commit", "by"], rows),
    "",
    ...(site ? [`The site serves release ${short(site)}.`] : []),
    ...(unrecorded.length > 0
      ? ["It is not what the last deployment left:", ...unrecorded.map((line) => `- ${line}`)]
      : []),
    lockLine(environment, lock),
    url,
  ].join("\n")
}

function lockLine(environment: string, lock: Status["lock"]): string {
  if (!lock) return "Not locked."
  if (!lock.expired) return `It is locked until ${lock.expiresAt}: ${describeHolder(lock)}.`
  return `Its lock expired at ${lock.expiresAt}, and ${environment} may be half deployed: ${describeHolder(lock)}. Deploy again.`
}

/** Deployments, a row each. */
export function historySummary(deployments: PastDeployment[]): string {
  if (deployments.length === 0) return "No deployment has been recorded."
  const rows = deployments.map(({ record, changed }) => [
    String(record.deployment),
    minuteOf(record.finishedAt),
    whatOf(record),
    changed.join(", ") || "nothing",
    commitOf(record),
    callerOf(record.by),
  ])
  return table(["deployment", "finished (UTC)", "what", "changed", "commit", "by"], rows)
}

function whatOf({ restores, version, older, plan }: DeploymentRecord): string {
  if (restores !== undefined) return `rollback to ${restores}`
  return `deploy${version ? ` of ${version}` : ""}${plan ? ` by plan ${plan}` : ""}${older ? ` (${older.replace(/, which runs$/, "")})` : ""}`
}

/** What a rollback did, and what it could not undo. */
export const rollbackSummary = ({ restored, database, ...deployment }: Rollback): string =>
  [deploySummary(deployment), `It runs what deployment ${restored} ran.`, ...(database ? [database] : [])].join("\n")

/** Whose lock was removed. */
export const unlockSummary = (holder: LockHolder): string =>
  `Removed the lock of: ${describeHolder(holder)}. If it is still running, it stops at its next step.`

/** 2026-11-26 21:29, as much of a time as people read */
const minuteOf = (iso: string): string => iso.slice(0, 16).replace("T", " ")

const commitOf = ({ commit }: DeploymentRecord): string =>
  commit ? `${short(commit.sha)}${commit.changed ? " with changes" : ""}` : "none"

/** A caller without what all callers of an account have in common. */
const callerOf = (arn: string): string => arn.replace(/^arn:aws:(iam|sts)::\d+:(assumed-role\/)?/, "")
