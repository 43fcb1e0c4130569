import { invalidParameter } from "../aws-error.ts"

/** AWS's quota of tasks per service, until it is raised. */
const mostTasks = 5_000

/** Refuses a count that the scheduler could never reach. AWS's model has no range for it; its words are not documented. */
export function checkDesiredCount(desiredCount: number | undefined): void {
  if (desiredCount === undefined) return
  if (desiredCount < 0) throw invalidParameter(`desiredCount must be at least 0, not ${desiredCount}.`)
  if (desiredCount > mostTasks) {
    throw invalidParameter(`The limit of ${mostTasks} tasks per service was exceeded.`)
  }
}
