import { messageOf } from "../../platform/failure.ts"
import type { Job } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { short } from "../../platform/version.ts"
import { jobDefinition, lastRevision } from "../ecs/jobs.ts"
import type { PlannedRevision } from "../ecs/revisions.ts"
import { asRegistered, registerTaskDefinition, runs } from "../ecs/task-definition.ts"
import { Problems } from "../problems.ts"
import type { RecordedJob } from "../records/record.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"
import { leftAs } from "./roll-out.ts"

/** What jobs are to run with. */
interface Source {
  planned: PlannedRevision[]
  /** Those of a deployment that is returned to; all others run as their services do */
  former?: RecordedJob[] | undefined
}

/**
 * Lets each job run as its service does from now on: a schedule starts the last revision of its family. Undone by registering
 * once more what was the last before.
 */
export async function updateJobs(
  target: Target,
  source: Source,
  undo: Undo,
  progress: Progress,
): Promise<RecordedJob[]> {
  const jobs: RecordedJob[] = []
  for (const job of target.platform.jobs) {
    const taskDefinition = await updateJob(target, job, source, undo, progress).catch((error) => {
      throw new Problems([{ subject: job.name, what: "could not be updated", lines: [messageOf(error)] }])
    })
    jobs.push({ name: job.name, taskDefinition })
  }
  return jobs
}

async function updateJob(
  target: Target,
  job: Job,
  { planned, former = [] }: Source,
  undo: Undo,
  progress: Progress,
): Promise<string> {
  const { name } = job
  const { to } = planned.find(({ service }) => service.name === job.service)!
  const kept = former.find((one) => one.name === name)
  const definition = await registered(target, kept?.taskDefinition ?? to.taskDefinition)
  const wanted = kept ? definition : jobDefinition(target, job, definition)
  const last = await lastRevision(target, name)
  if (last && runs(last, wanted)) return last.taskDefinitionArn!
  const taskDefinition = await registerTaskDefinition(target, wanted)
  undo.restore({
    left: [leftAs(name, to.version)],
    putBack: async () => {
      if (last) await registerTaskDefinition(target, asRegistered(last))
      return []
    },
  })
  progress.done(name, `runs with version ${short(to.version)}`)
  return taskDefinition
}

async function registered(target: Target, taskDefinition: string) {
  const ecs = await target.aws.ecs()
  const answer = await ecs.describeTaskDefinition({ taskDefinition })
  return asRegistered(answer.taskDefinition!)
}
