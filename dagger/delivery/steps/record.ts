import type { Progress } from "../../platform/progress.ts"
import { indexCommit, type DeploymentRecord, type RecordedJob } from "../records/record.ts"
import { recordDeployment, type Deployed } from "../records/record-deployment.ts"
import type { DeployedSite } from "../site/deploy-site.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"

/** What a deploy did, and what was recorded before it. */
interface Made extends Omit<Deployed, "site"> {
  recorded: number[]
  last?: DeploymentRecord | undefined
  site?: DeployedSite | undefined
}

/**
 * Writes a deployment down, where anything has changed. Returns its number; nothing where the last record tells of it already.
 * From here on the deployment stands: a step after this one tells what goes wrong, and does not fail.
 */
export async function record(
  target: Target,
  { recorded, last, ...made }: Made,
  undo: Undo,
  progress: Progress,
): Promise<number | undefined> {
  const deployed = { ...made, site: made.site?.release }
  const changed = [...made.planned, made.site].some((part) => part?.changed) || !isRecorded(deployed, last)
  if (changed) await recordDeployment(target, deployed, recorded, undo, progress)
  await indexCommit(target, made.commit, changed ? made.number : last!.deployment, progress)
  return changed ? made.number : undefined
}

/** Whether the last record tells of this already: a deploy that was killed may have done all but write it down. */
function isRecorded({ planned, jobs, versions, site }: Deployed, last: DeploymentRecord | undefined): boolean {
  if (!last) return false
  const recorded = new Map(last.services.map(({ name, taskDefinition }) => [name, taskDefinition]))
  const isKept = ({ name, taskDefinition }: RecordedJob) =>
    last.jobs?.some((job) => job.name === name && job.taskDefinition === taskDefinition)
  return (
    jobs.every(isKept) &&
    planned.every(({ service, to }) => recorded.get(service.name) === to.taskDefinition) &&
    Object.entries(versions).every(([name, version]) => last.secrets[name] === version) &&
    (site === undefined || site === last.site)
  )
}
