import { causesOf, Failure } from "../platform/failure.ts"
import type { Running } from "./ecs/services.ts"
import type { Ending } from "./ecs/watch.ts"

/** A service, or a step of a deploy, that failed, with what is known of the cause. */
export interface Problem {
  subject: string
  what: string
  lines: string[]
  /** Set where the step has not put back what it changed */
  notPutBack?: boolean
}

/** What went wrong with a rollout; nothing where it succeeded. */
export function problemOf({ rollout, verdict, causes }: Ending): Problem[] {
  if (verdict.kind === "succeeded") return []
  const what = verdict.kind === "rolled-back" ? "did not start" : "could not be rolled out"
  return [{ subject: rollout.service.name, what, lines: causes }]
}

/** Does a step; its failure is a problem like a service's: what was changed before it has to be put back. */
export async function attempt<T>(what: string, problems: Problem[], step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step()
  } catch (error) {
    const notPutBack = error instanceof Failure && error.outcome === "rollback-failed"
    problems.push({ subject: what, what: "failed", lines: causesOf(error), notPutBack })
    return undefined
  }
}

/** How a deploy ends that changed something and failed; `stillWrong` is what could not be put back. */
export function failure(before: Running[], problems: Problem[], stillWrong: string[]): Failure {
  const notPutBack = stillWrong.length > 0 || problems.some((problem) => problem.notPutBack)
  const what = problems.map(({ subject, what }) => `${subject} ${what}`).join(", ")
  const several = new Set(problems.map(({ subject }) => subject)).size > 1
  const causes = problems.flatMap(({ subject, lines }) => lines.map((line) => (several ? `${subject}: ${line}` : line)))
  if (notPutBack) {
    return new Failure("rollback-failed", `${what}, and the former state could not be put back.`, [
      ...causes,
      ...stillWrong,
      "The platform is not what it was before. Look at the services named above, then deploy a version that is known to work.",
    ])
  }
  const served = before.filter(({ revision }) => revision.desiredCount > 0).length
  const proof =
    served === 0
      ? "nothing was deployed before, and all services are back at 0 tasks"
      : `every service serves what it served before (verified, ${served} of ${served} healthy)`
  return new Failure("rolled-back", `${what}; ${proof}.`, [
    ...causes,
    "The database stays migrated. Correct the cause and deploy again.",
  ])
}
