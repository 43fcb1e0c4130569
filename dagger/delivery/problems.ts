import { causesOf, Failure } from "../platform/failure.ts"

/** A service, or a step of a deploy, that failed, with what is known of the cause. */
export interface Problem {
  subject: string
  what: string
  lines: string[]
  /** Set where the step has not put back what it changed */
  notPutBack?: boolean
}

/** How a step ends that fails for several services side by side. */
export class Problems extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(problems.map(({ subject, what }) => `${subject} ${what}`).join(", "))
    this.name = "Problems"
    this.problems = problems
  }
}

/** The problems that a step ended with: those that it names, or that it failed. */
export function problemsOf(error: unknown, step: string): Problem[] {
  if (error instanceof Problems) return error.problems
  const notPutBack = error instanceof Failure && error.outcome === "rollback-failed"
  return [{ subject: step, what: "failed", lines: causesOf(error), notPutBack }]
}

/**
 * How a deploy ends that changed something and failed; `stillWrong` is what could not be restored, `proof` what is proven, and
 * `remaining` what nothing puts back.
 */
export function failure(
  problems: Problem[],
  stillWrong: string[],
  { proof, remaining }: { proof: string; remaining: string[] },
): Failure {
  const notPutBack = stillWrong.length > 0 || problems.some((problem) => problem.notPutBack)
  const { message: what } = new Problems(problems)
  const several = new Set(problems.map(({ subject }) => subject)).size > 1
  const causes = problems.flatMap(({ subject, lines }) => lines.map((line) => (several ? `${subject}: ${line}` : line)))
  if (notPutBack) {
    return new Failure("rollback-failed", `${what}, and the former state could not be restored.`, [
      ...causes,
      ...stillWrong,
      "The platform is not what it was before. Look at the services named above, then deploy a version that is known to work.",
    ])
  }
  return new Failure("rolled-back", `${what}; ${proof}.`, [
    ...causes,
    [...remaining, "Correct the cause and deploy again."].join(" "),
  ])
}
