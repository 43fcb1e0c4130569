import { Failure, refused } from "../platform/failure.ts"
import type { Job, Platform } from "../platform/manifest.ts"
import type { Progress } from "../platform/progress.ts"
import { lastRevision } from "./ecs/jobs.ts"
import { endingOf, runOnce } from "./ecs/one-off-task.ts"
import { describeServices } from "./ecs/services.ts"
import { versionIn } from "./ecs/task-definition.ts"
import type { Target } from "./target.ts"

/**
 * Runs a job as it was deployed, in its service's network, shows its log and waits for its end. Returns the version that ran.
 * Fails where the job does.
 */
export async function runJob(target: Target, name: string | undefined, progress: Progress): Promise<string> {
  const { environment, platform } = target
  const job = requireJob(platform, name)
  const definition = await lastRevision(target, job.name)
  const version = versionIn(definition)
  const service = (await describeServices(target, [job.service])).get(job.service)
  const network = service?.networkConfiguration?.awsvpcConfiguration
  if (!version || !network) {
    throw refused(
      `${job.name} has not been deployed to ${environment}.`,
      `Deploy it first: deploy --env ${environment}`,
    )
  }
  const oneOff = {
    called: `the job ${job.name}`,
    subject: job.name,
    taskDefinition: definition!.taskDefinitionArn!,
    network,
    timeoutSeconds: job.timeoutSeconds,
  }
  const ended = await runOnce(target, oneOff, progress)
  if (ended.exitCode === 0) {
    progress.done(job.name, "succeeded")
    return version
  }
  progress.failed(job.name, "failed")
  throw new Failure("failed", `the job ${job.name} ${endingOf(ended, job.timeoutSeconds)}.`, [
    ...(ended.tooLong
      ? [`It was stopped. Raise jobs.${job.name}.timeoutSeconds in platform.json if it needs longer.`]
      : []),
    ...(ended.lines.length > 0 ? ["Its log is above."] : ["It has written no log."]),
  ])
}

/** The job of a name. Refuses one that the manifest does not have, and the one that runs before a roll-out. */
function requireJob({ jobs, migration }: Platform, name: string | undefined): Job {
  if (name === migration?.name && name !== undefined)
    throw refused(`${name} runs before a roll-out, once for each version.`, "Run it by itself with migrate.")
  const found = jobs.find((job) => job.name === name)
  if (found) return found
  if (jobs.length === 0) throw refused("platform.json has no jobs that could be run.")
  throw refused(
    name === undefined ? "no job was named." : `unknown job "${name}".`,
    `Expected one of: ${jobs.map(({ name }) => name).join(", ")} (platform.json).`,
  )
}
