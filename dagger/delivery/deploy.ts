import type { Commit } from "../platform/commit.ts"
import { requireEnvironment } from "../platform/environments.ts"
import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { short } from "../platform/version.ts"
import type { Artifacts } from "./artifacts.ts"
import { changesOf, describeDeployment, type Deployment } from "./deployment.ts"
import { inSteps } from "./in-steps.ts"
import { bake } from "./steps/bake.ts"
import { updateJobs } from "./steps/jobs.ts"
import { migrateDatabase } from "./steps/migrate.ts"
import { preflight, type DeployOptions } from "./steps/preflight.ts"
import { publish } from "./steps/publish.ts"
import { record } from "./steps/record.ts"
import { rollOut } from "./steps/roll-out.ts"
import { writeSecrets } from "./steps/secrets.ts"
import { serveSite } from "./steps/site.ts"
import { smokeTest } from "./steps/smoke.ts"
import { registerTaskDefinitions } from "./steps/task-definitions.ts"
import { verifyServices } from "./steps/verify.ts"
import type { Target } from "./target.ts"

export type { DeployOptions }

/**
 * Deploys the platform, alone, in these steps. When one fails, all that was changed before it is put back, and proven to
 * serve what it served before. Throws a Failure that tells which it was.
 */
export async function deploy(
  target: Target,
  artifacts: Artifacts,
  outer: Progress,
  { approve, ...others }: DeployOptions = {},
): Promise<Deployment> {
  // What a workflow hands from one job to the next ends with a line break.
  const options = { ...others, approve: approve?.trim() || undefined }
  refuseUnapproved(target, artifacts, options)
  const purpose = { reason: `deploy of ${nameOf(artifacts.commit)}`, commit: artifacts.commit }
  return inSteps(target, purpose, outer, async (step, progress) => {
    const found = await step("preflight", () => preflight(target, artifacts, options, progress))
    const { images, release } = await step("publish", () => publish(target, artifacts, progress))
    const versions = await step("secrets", (undo) => writeSecrets(target, found, undo, progress))
    const planned = await step("task definitions", () =>
      registerTaskDefinitions(target, { ...found, images, versions }, progress),
    )
    step.changes(changesOf(planned))
    await step("migrate", (undo) => migrateDatabase(target, found.migrations, planned, undo, progress))
    const endings = await step("roll out", (undo) => rollOut(target, { before: found.before, planned }, undo, progress))
    const verified = await step("verify", () => verifyServices(target, planned, progress))
    await step("smoke tests", () => smokeTest(target, artifacts.smoke, found.before, planned, progress))
    const site = await step("site", (undo) => serveSite(target, release, undo, progress))
    await step("bake", () => bake(target, { ...step.times(), planned }, progress))
    const jobs = await step("jobs", (undo) => updateJobs(target, { planned }, undo, progress))
    const { commit, version } = artifacts
    const made = {
      ...found,
      ...step.times(),
      images,
      versions,
      planned,
      jobs,
      endings,
      site,
      commit,
      version,
      plan: options.approve,
    }
    const number = await step("record", (undo) => record(target, made, undo, progress))
    return { ...describeDeployment(target, planned, verified, endings), site, number }
  })
}

/** An environment with an approval is never changed by what nobody has seen before. */
function refuseUnapproved({ platform, environment }: Target, { version }: Artifacts, { approve }: DeployOptions): void {
  if (!requireEnvironment(platform, environment).approval || approve) return
  const command = ["plan", "--env", environment, ...(version === undefined ? [] : ["--version", version])].join(" ")
  throw refused(
    `${environment} requires an approved plan, and none was named.`,
    `Make it with ${command}, read it, and name its ID: --approve …`,
  )
}

/** A commit as people name it. */
export const nameOf = (commit: Commit | undefined): string =>
  commit ? `commit ${short(commit.sha)}${commit.changed ? " with changes" : ""}` : "a working copy"
