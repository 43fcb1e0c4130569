import type { Commit } from "../../platform/commit.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { SecretVersions } from "../secrets/secrets.ts"
import type { Target } from "../target.ts"

interface RecordedService {
  name: string
  version: string
  image: string
  /** Digest of the manifest that attaches the image's SBOM */
  sbom?: string | undefined
  taskDefinition: string
  desiredCount: number
}

/** What a deployment that succeeded left running; written once, never changed. */
export interface DeploymentRecord {
  /** Counts an environment's deployments from 1 */
  deployment: number
  startedAt: string
  finishedAt: string
  /** ARN of whoever deployed */
  by: string
  /** Absent outside of a git repository */
  commit?: Commit | undefined
  services: RecordedService[]
  /** Version ids, no values */
  secrets: SecretVersions
  /** Id of the site's release */
  site?: string | undefined
  /** Alembic's revision that the database was at; absent where it could not be told */
  migration?: string | undefined
  /** The deployment that this returned to, where it was a rollback; one that was none itself */
  restores?: number | undefined
  /** The deployment that was promoted, such as staging-12; absent where a working copy was deployed */
  version?: string | undefined
  /** Id of the plan that `by` handed in as approved */
  plan?: string | undefined
}

const deploymentsPrefix = "deployments/"
const commitsPrefix = "commits/"

/** Keys sort as their numbers do. */
const keyOf = (deployment: number): string => `${deploymentsPrefix}${String(deployment).padStart(8, "0")}.json`

/** The numbers of all recorded deployments, the newest first. Refuses where they cannot be read. */
export async function listDeployments(target: Target): Promise<number[]> {
  const numbers = (await listNames(target, deploymentsPrefix)).map((name) => Number.parseInt(name, 10))
  return numbers.filter(Number.isInteger).sort((one, other) => other - one)
}

/** The commits that begin so, in full, which deployments ran. Refuses where they cannot be read. */
export const findCommits = (target: Target, beginning: string): Promise<string[]> =>
  listNames(target, commitsPrefix, beginning)

async function listNames(target: Target, folder: string, beginning = ""): Promise<string[]> {
  const { deploymentsBucket: Bucket } = target.infrastructure
  const names: string[] = []
  try {
    const s3 = await target.aws.s3()
    let ContinuationToken: string | undefined
    do {
      const page = await s3.listObjectsV2({ Bucket, Prefix: folder + beginning, ContinuationToken })
      names.push(...(page.Contents ?? []).map(({ Key }) => Key!.slice(folder.length)))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
  } catch (error) {
    throw refused(
      `the records of deployments could not be read from bucket ${Bucket}: ${messageOf(error)}`,
      "Check the credentials (s3:ListBucket) and that the environment's infrastructure has been applied.",
    )
  }
  return names
}

export async function readRecord(target: Target, deployment: number): Promise<DeploymentRecord> {
  const s3 = await target.aws.s3()
  const { Body } = await s3.getObject({ Bucket: target.infrastructure.deploymentsBucket, Key: keyOf(deployment) })
  return JSON.parse(await Body!.transformToString()) as DeploymentRecord
}

/** The record of the last deployment; undefined before the first. */
export const readLast = async (target: Target, [last]: number[]): Promise<DeploymentRecord | undefined> =>
  last === undefined ? undefined : readRecord(target, last)

export const readHistory = (target: Target, deployments: number[]): Promise<DeploymentRecord[]> =>
  Promise.all(deployments.map((deployment) => readRecord(target, deployment)))

/**
 * Writes down which deployment runs what a commit holds; for one that had nothing to change, that is the last one. A working copy
 * that differs from its commit is not that commit. The deployment stands without it, and can be named by its number.
 */
export async function indexCommit(
  target: Target,
  commit: Commit | undefined,
  deployment: number,
  progress: Progress,
): Promise<void> {
  if (!commit || commit.changed) return
  const s3 = await target.aws.s3()
  const Key = `${commitsPrefix}${commit.sha}`
  await s3
    .putObject({ Bucket: target.infrastructure.deploymentsBucket, Key, Body: String(deployment) })
    .catch((error) =>
      progress.line("record", `deployment ${deployment} is not found by its commit: ${messageOf(error)}`),
    )
}

/** The newest deployment that runs what a commit holds. */
export async function deploymentOf(target: Target, sha: string): Promise<number> {
  const s3 = await target.aws.s3()
  const { deploymentsBucket: Bucket } = target.infrastructure
  const { Body } = await s3.getObject({ Bucket, Key: `${commitsPrefix}${sha}` })
  return Number(await Body!.transformToString())
}

/** Writes a deployment down. Throws where the number has been taken meanwhile. */
export async function writeRecord(target: Target, record: DeploymentRecord): Promise<void> {
  const s3 = await target.aws.s3()
  await s3
    .putObject({
      Bucket: target.infrastructure.deploymentsBucket,
      Key: keyOf(record.deployment),
      Body: JSON.stringify(record, null, 2),
      ContentType: "application/json",
      IfNoneMatch: "*",
    })
    .catch((error) => {
      if ((error as Error).name !== "PreconditionFailed") throw error
      throw new Error(`somebody else recorded deployment ${record.deployment} meanwhile`)
    })
}
