import type { Branch } from "#neon/api-client"
import type { Progress } from "../../platform/progress.ts"
import { branchPrefix } from "./branch-name.ts"
import { deleteBranch } from "./branch.ts"
import { NeonError, type Neon } from "./api.ts"
import { listBranches } from "./branches.ts"
import { explain } from "./refusals.ts"

/** What became of a branch that bears the tests' prefix. */
export interface Cleaned {
  name: string
  /** Why it was left; absent where it was removed */
  kept?: string | undefined
}

/** Removes branches that tests left behind. One that is younger than `minutes` may be of a run at work, and is kept. */
export async function branchesClean(neon: Neon, minutes: number, progress: Progress): Promise<Cleaned[]> {
  try {
    const { branches } = await listBranches(neon, branchPrefix)
    const cleaned: Cleaned[] = []
    for (const branch of branches.filter(({ name }) => name.startsWith(branchPrefix))) {
      const kept =
        reasonToKeep(branch, neon.clock.now() - minutes * 60_000) ?? (await reasonOfNeon(deleteBranch(neon, branch.id)))
      progress.done("branches-clean", `${branch.name} ${kept ? `kept: ${kept}` : "removed"}`)
      cleaned.push({ name: branch.name, kept })
    }
    return cleaned
  } catch (error) {
    throw explain(error, "remove left-over branches", neon.project)
  }
}

function reasonToKeep(branch: Branch, madeBefore: number): string | undefined {
  if (branch.default) return "it is the project's default branch"
  if (branch.protected) return "it is protected"
  if (!branch.parent_id) return "it is a root branch"
  if (Date.parse(branch.created_at) > madeBefore) return "a run may be at work on it"
  return undefined
}

/** Why Neon does not delete a branch: it has branches of its own, which need not bear the prefix. */
async function reasonOfNeon(deleting: Promise<void>): Promise<string | undefined> {
  try {
    await deleting
    return undefined
  } catch (error) {
    if (error instanceof NeonError && error.status === 422) return error.message
    throw error
  }
}

/** One line a branch. */
export function cleanedSummary(cleaned: Cleaned[]): string {
  if (cleaned.length === 0) return "No branch of the tests is left."
  return cleaned.map(({ name, kept }) => (kept ? `kept    ${name}: ${kept}` : `removed ${name}`)).join("\n")
}
