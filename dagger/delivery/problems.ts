import { causesOf, Failure } from "../platform/failure.ts"
import type { Target } from "./target.ts"

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
  /** What is to be seen once all is as it was before, a line each; for whoever looks for the cause */
  readonly onceBack: () => Promise<string[]>

  constructor(problems: Problem[], onceBack: () => Promise<string[]> = async () => []) {
    super(problems.map(({ subject, what }) => `${subject} ${what}`).join(", "))
    this.name = "Problems"
    this.problems = problems
    this.onceBack = onceBack
  }
}

/** The problems that a step ended with: those that it names, or that it failed. */
export function problemsOf(error: unknown, step: string): Problem[] {
  if (error instanceof Problems) return error.problems
  const notPutBack = error instanceof Failure && error.outcome === "rollback-failed"
  return [{ subject: step, what: "failed", lines: causesOf(error), notPutBack }]
}

/**
 * How a deploy to a target ends that changed something and failed; `stillWrong` is what could not be restored, `proof` what is proven,
 * `remaining` what nothing puts back, and `seen` what was to be seen afterwards.
 */
export function failure(
  target: Target,
  problems: Problem[],
  stillWrong: string[],
  { proof, remaining, seen = [] }: { proof: string; remaining: string[]; seen?: string[] },
): Failure {
  const more = lookFurther(target, problems)
  const notPutBack = stillWrong.length > 0 || problems.some((problem) => problem.notPutBack)
  const { message: what } = new Problems(problems)
  const several = new Set(problems.map(({ subject }) => subject)).size > 1
  const causes = problems.flatMap(({ subject, lines }) => lines.map((line) => (several ? `${subject}: ${line}` : line)))
  if (notPutBack) {
    return new Failure("rollback-failed", `${what}, and the former state could not be restored.`, [
      ...causes,
      ...stillWrong,
      ...more,
      "The platform is not what it was before. Look at the services named above, then deploy a version that is known to work.",
    ])
  }
  return new Failure("rolled-back", `${what}; ${proof}.`, [
    ...causes,
    ...seen,
    ...more,
    [...remaining, "Correct the cause and deploy again."].join(" "),
  ])
}

/** Where more is to be seen, as commands with their arguments. */
function lookFurther({ environment, platform, ephemeral }: Target, problems: Problem[]): string[] {
  if (ephemeral) return []
  const failed = platform.services.filter(({ name }) => problems.some(({ subject }) => subject === name))
  return [
    ...failed.map(({ name }) => `Log lines of ${name}: logs --env ${environment} --service ${name}`),
    `How it went, drawn: report --env ${environment}`,
  ]
}
