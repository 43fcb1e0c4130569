import type { Progress } from "../platform/progress.ts"
import { changesOf, describeDeployment, type Deployment } from "./deployment.ts"
import { inSteps } from "./in-steps.ts"
import { findFormer } from "./steps/former-deployment.ts"
import { updateJobs } from "./steps/jobs.ts"
import { record } from "./steps/record.ts"
import { rollOut } from "./steps/roll-out.ts"
import { serveFormerSite } from "./steps/site.ts"
import { registerAgain } from "./steps/task-definitions.ts"
import { verifyServices } from "./steps/verify.ts"
import type { Target } from "./target.ts"

/** What a rollback did. */
export interface Rollback extends Deployment {
  /** The deployment that runs again */
  restored: number
  /** What it could not undo of the database; absent where there is nothing to undo */
  database?: string | undefined
}

/**
 * Returns to a recorded deployment, by default the one before the current: services, secrets' versions and site, with a deploy's
 * verification, and back if that fails. The database stays as it is. It is recorded as a deployment of its own.
 */
export function rollback(target: Target, to: number | undefined, outer: Progress): Promise<Rollback> {
  const reason = to === undefined ? "rollback to the deployment before" : `rollback to deployment ${to}`
  return inSteps(target, { reason }, outer, async (step, progress) => {
    const found = await step("preflight", () => findFormer(target, to, progress))
    const planned = await step("task definitions", () => registerAgain(target, found.former))
    step.changes(changesOf(planned))
    const endings = await step("roll out", (undo) =>
      rollOut(target, { before: found.before, planned, atOnce: true }, undo, progress),
    )
    const verified = await step("verify", () => verifyServices(target, planned, progress))
    const site = await step("site", (undo) => serveFormerSite(target, found.release, undo, progress))
    const jobs = await step("jobs", (undo) => updateJobs(target, { planned, former: found.jobs }, undo, progress))
    const number = await step("record", (undo) =>
      record(target, { ...found, ...step.times(), planned, jobs, endings, site }, undo, progress),
    )
    const { restored, database } = found
    return { ...describeDeployment(target, planned, verified, endings), site, number, restored, database }
  })
}
