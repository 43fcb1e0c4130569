import { randomBytes } from "node:crypto"
import { short } from "../../platform/version.ts"

/** Begins the name of each branch that tests make; branches-clean removes no other. */
export const branchPrefix = "cat-house-test-"

/** Which run of the tests a branch is for. */
export interface Run {
  /** Absent outside of a git repository */
  commit?: string | undefined
  /** Unlike every other run's */
  id: string
}

/** GitHub's id of a run and its attempt, or one of chance. Service jobs of one workflow share the former: chance is added. */
export function runOf(
  commit: string | undefined,
  env: Partial<Record<"GITHUB_RUN_ID" | "GITHUB_RUN_ATTEMPT", string>>,
): Run {
  const chance = randomBytes(4).toString("hex")
  const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = "1" } = env
  return { commit, id: run ? `${run}-${attempt}-${chance}` : chance }
}

export const branchName = ({ commit, id }: Run): string =>
  `${branchPrefix}${commit ? short(commit) : "no-commit"}-${id}`
