import pMap from "p-map"
import { z } from "zod"
import { commitSchema, type Commit } from "../../platform/commit.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { readObject, refuseUnreadable, replaceObject, Unreadable, writeObject, type Format } from "../store.ts"
import type { Target } from "../target.ts"

const recordedService = z.object({
  name: z.string(),
  version: z.string(),
  image: z.string(),
  /** Digest of the manifest that attaches the image's SBOM */
  sbom: z.string().optional(),
  taskDefinition: z.string(),
  desiredCount: z.number(),
  /** How long ECS rolled it out; absent where it was not changed, and in records before this was kept */
  seconds: z.number().optional(),
})

const recordedJob = z.object({ name: z.string(), taskDefinition: z.string() })

/** A job, and what it runs with. */
export type RecordedJob = z.infer<typeof recordedJob>

/** A step of a deploy, from its start to its end. */
export const stepTime = z.object({ name: z.string(), startedAt: z.iso.datetime(), seconds: z.number() })

export type StepTime = z.infer<typeof stepTime>

const deploymentRecord = z.object({
  /** Counts an environment's deployments from 1 */
  deployment: z.int().positive(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** ARN of whoever deployed */
  by: z.string(),
  /** Absent outside of a git repository */
  commit: commitSchema.optional(),
  services: z.array(recordedService),
  /** Absent before there were any */
  jobs: z.array(recordedJob).optional(),
  /** Version IDs, no values; of secrets, too, that the platform does not have any more */
  secrets: z.record(z.string(), z.string().optional()),
  /** ID of the site's release */
  site: z.string().optional(),
  /** Alembic's revision that the database was at; absent where it could not be told */
  migration: z.string().optional(),
  /** The deployment that this returned to, where it was a rollback; one that was none itself */
  restores: z.number().optional(),
  /** The deployment that was promoted, such as staging-12; absent where a working copy was deployed */
  version: z.string().optional(),
  /** What it was older than, in words; absent where it was not older than what ran */
  older: z.string().optional(),
  /** The steps before it was recorded; absent in records before they were kept */
  steps: z.array(stepTime).optional(),
  /** ID of the plan that `by` handed in as approved */
  plan: z.string().optional(),
})

/** What a deployment that succeeded left running; written once, never changed. */
export type DeploymentRecord = z.infer<typeof deploymentRecord>

const recordFormat: Format<DeploymentRecord> = [deploymentRecord]

/** Which deployment runs what a commit holds; the first version was the bare number. */
const commitFormat: Format<{ deployment: number }> = [
  z.codec(z.int(), z.object({ deployment: z.int() }), {
    decode: (deployment) => ({ deployment }),
    encode: ({ deployment }) => deployment,
  }),
  z.object({ deployment: z.int() }),
]

/** How many records are read at a time */
const readsAtATime = 16

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

/** What is below a folder of the deployments' bucket, without the folder. Refuses where it cannot be read. */
export async function listNames(target: Target, folder: string, beginning = ""): Promise<string[]> {
  const { deploymentsBucket: Bucket } = target.infrastructure
  const names: string[] = []
  try {
    const { paginateListObjectsV2 } = await import("#aws/s3")
    const pages = paginateListObjectsV2({ client: await target.aws.s3() }, { Bucket, Prefix: folder + beginning })
    for await (const { Contents = [] } of pages) names.push(...Contents.map(({ Key }) => Key!.slice(folder.length)))
  } catch (error) {
    throw refused(
      `the records of deployments could not be read from bucket ${Bucket}: ${messageOf(error)}`,
      "Check the credentials (s3:ListBucket) and that the environment's infrastructure has been applied.",
    )
  }
  return names
}

/** The record of a deployment. Throws Unreadable. */
async function findRecord(target: Target, deployment: number): Promise<DeploymentRecord> {
  const key = keyOf(deployment)
  const found = await readObject(target, key, recordFormat)
  if (found) return found.value
  throw new Unreadable(`${key} is missing in bucket ${target.infrastructure.deploymentsBucket}.`, {
    advice: "Deployments are recorded once, and never deleted: look who has removed it.",
  })
}

/** The record of a deployment. Refuses where it cannot be read. */
export const readRecord = (target: Target, deployment: number): Promise<DeploymentRecord> =>
  findRecord(target, deployment).catch(refuseUnreadable)

/** The record of the last deployment; undefined before the first. */
export const readLast = async (target: Target, [last]: number[]): Promise<DeploymentRecord | undefined> =>
  last === undefined ? undefined : readRecord(target, last)

/** The records of deployments. Throws Unreadable. */
export const findHistory = (target: Target, deployments: number[]): Promise<DeploymentRecord[]> =>
  pMap(deployments, (deployment) => findRecord(target, deployment), { concurrency: readsAtATime })

/** The records of deployments. Refuses where one cannot be read. */
export const readHistory = (target: Target, deployments: number[]): Promise<DeploymentRecord[]> =>
  findHistory(target, deployments).catch(refuseUnreadable)

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
  await writeObject(target, `${commitsPrefix}${commit.sha}`, commitFormat, { deployment }).catch((error) =>
    progress.line("record", `deployment ${deployment} is not found by its commit: ${messageOf(error)}`),
  )
}

/** The newest deployment that runs what a commit holds. Refuses where that cannot be read. */
export async function deploymentOf(target: Target, sha: string): Promise<number> {
  const found = await readObject(target, `${commitsPrefix}${sha}`, commitFormat).catch(refuseUnreadable)
  if (found) return found.value.deployment
  throw refused(`commit ${sha} is not found any more.`, "Name the deployment by its number.")
}

/** Writes a deployment down. Throws where the number has been taken meanwhile. */
export async function writeRecord(target: Target, record: DeploymentRecord): Promise<void> {
  const written = await replaceObject(target, keyOf(record.deployment), recordFormat, record, undefined)
  if (!written) throw new Error(`somebody else recorded deployment ${record.deployment} meanwhile`)
}
