/**
 * How a command that did not succeed ended.
 *
 * - `refused`: no service was touched
 * - `rolled-back`: services were changed, and all are back and proven to serve; the database stays migrated
 * - `rollback-failed`: the platform is not what it was before
 * - `not-verified`: the platform is not what it should be; nothing was changed
 * - `failed`: the working copy is not what it should be, or a job failed; nothing was changed
 */
export type Outcome = "refused" | "rolled-back" | "rollback-failed" | "not-verified" | "failed"

/** Exit codes in plain Node; 1 is left to defects. Under Dagger, whose CLI has one, the outcome is the error's first word. */
export const exitCodes: Record<Outcome, number> = {
  refused: 2,
  "rolled-back": 3,
  "rollback-failed": 4,
  "not-verified": 5,
  failed: 6,
}

/**
 * An end that its reader can act on: `what` in one line, then the details and what to do next, a line each. The message is
 * made of them for display; whoever passes a failure on takes its fields.
 */
export class Failure extends Error {
  readonly outcome: Outcome
  readonly what: string
  readonly details: string[]

  constructor(outcome: Outcome, what: string, details: string[] = []) {
    super([`${outcome}: ${what}`, ...details].join("\n").replaceAll("\n", "\n  "))
    this.name = "Failure"
    this.outcome = outcome
    this.what = what
    this.details = details
  }
}

/** Refuses to go on; nothing has been changed. */
export function refused(what: string, ...details: string[]): Failure {
  return new Failure("refused", what, [...details, "Nothing was changed."])
}

/** What went wrong, a line each, for a failure that names it as its cause. */
export const causesOf = (error: unknown): string[] =>
  error instanceof Failure ? [error.what, ...error.details] : [messageOf(error)]

/** What went wrong in one line, without a stack trace; where a message says nothing, its cause is asked. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return messageOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  if (error.cause && error.message === "fetch failed") return messageOf(error.cause)
  return error.message || error.name
}
