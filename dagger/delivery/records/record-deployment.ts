import pMap from "p-map"
import type { Commit } from "../../platform/commit.ts"
import { deploymentName, requireEnvironment } from "../../platform/environments.ts"
import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { findHistory, writeRecord, type DeploymentRecord, type RecordedJob, type StepTime } from "./record.ts"
import { servicesAtATime } from "../concurrency.ts"
import { tagPinned } from "../registry/ecr.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import type { Ending } from "../ecs/watch.ts"
import type { PlannedSecret } from "../secrets/plan.ts"
import { forgetSecrets, promoteSecrets, type SecretVersions } from "../secrets/versions.ts"
import type { BuiltImage, Target } from "../target.ts"
import type { Undo } from "../undo.ts"

/** A deployment that has succeeded, with what it was made of. */
export interface Deployed {
  number: number
  startedAt: Date
  commit?: Commit | undefined
  planned: PlannedRevision[]
  jobs: RecordedJob[]
  /** How ECS ended the roll-outs of those that changed */
  endings: Ending[]
  /** The steps so far */
  steps: StepTime[]
  images: BuiltImage[]
  secrets: PlannedSecret[]
  versions: SecretVersions
  /** Id of the site's release */
  site?: string | undefined
  /** Alembic's revision that the database is at */
  migration?: string | undefined
  /** The deployment that a rollback returned to */
  restores?: number | undefined
  /** The deployment that is promoted */
  version?: string | undefined
  /** How it is older than what ran */
  older?: string | undefined
  /** Id of the plan that was approved */
  plan?: string | undefined
}

/** The deployment's secrets become the current ones, it is written down, and what no deployment of the history needs is let go. */
export async function recordDeployment(
  target: Target,
  deployed: Deployed,
  recorded: number[],
  undo: Undo,
  progress: Progress,
): Promise<void> {
  const { number, secrets, versions, images } = deployed
  await promoteSecrets(target, secrets, deployed, undo)
  // ECR's lifecycle keeps what bears this tag. The local environment has its images outside of ECR.
  if (!requireEnvironment(target.platform, target.environment).local) {
    const tag = deploymentName(target.environment, number)
    await pMap(images, ({ image }) => tagPinned(target.aws, image, tag), servicesAtATime)
  }
  await writeRecord(target, recordOf(target, deployed))
  const history = recorded.slice(0, target.platform.history.deployments - 1)
  try {
    const former = await findHistory(target, history)
    await forgetSecrets(target, secrets, [versions, ...former.map(({ secrets }) => secrets)])
  } catch (error) {
    // The deployment stands; the next one tries again.
    progress.line("record", `former secrets' versions keep their labels: ${messageOf(error)}`)
  }
  progress.done("record", `deployment ${number}`)
}

function recordOf(
  target: Target,
  {
    number,
    startedAt,
    commit,
    planned,
    jobs,
    endings,
    steps,
    images,
    versions,
    site,
    migration,
    restores,
    version,
    older,
    plan,
  }: Deployed,
): DeploymentRecord {
  return {
    deployment: number,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date(target.clock.now()).toISOString(),
    by: target.caller?.arn ?? target.environment,
    commit,
    services: planned.map(({ service, to }, index) => ({
      name: service.name,
      version: to.version,
      image: images[index]!.image,
      sbom: images[index]!.sbom,
      taskDefinition: to.taskDefinition,
      desiredCount: to.desiredCount,
      seconds: endings.find(({ rollout }) => rollout.service.name === service.name)?.seconds,
    })),
    jobs,
    secrets: versions,
    site,
    migration,
    restores,
    version,
    older,
    steps,
    plan,
  }
}
