import type { PlannedImage } from "../artifacts.ts"
import { jobDefinition, lastRevision } from "../ecs/jobs.ts"
import type { SecretReferences } from "../ecs/task-definition.ts"
import type { Target } from "../target.ts"
import { diffDefinitions } from "./diff-definitions.ts"
import { plannedDefinition } from "./plan-services.ts"
import type { Read } from "./read.ts"

/** What would become of a job. */
export interface PlannedJob {
  job: string
  /** How its task definition would change, a line each; none where it stays */
  changes: string[]
}

/** Compares what jobs run with, with what they would run with. */
export async function planJobs(
  target: Target,
  images: PlannedImage[],
  secrets: SecretReferences,
  read: Read,
): Promise<PlannedJob[]> {
  const { jobs, services } = target.platform
  const last = await read(
    "the task definitions of jobs",
    () => Promise.all(jobs.map(({ name }) => lastRevision(target, name))),
    () => jobs.map(() => undefined),
  )
  return jobs.map((job, index) => {
    const service = services.findIndex(({ name }) => name === job.service)
    const wanted = jobDefinition(target, job, plannedDefinition(target, services[service]!, images[service]!, secrets))
    return { job: job.name, changes: diffDefinitions(last[index], wanted) }
  })
}
