import { branchesClean, cleanedSummary } from "../quality/neon/branches-clean.ts"
import { neonAccess } from "../quality/test/database-choice.ts"
import { connectNeon } from "../quality/neon/api.ts"
import { systemClock } from "../platform/clock.ts"
import type { Progress } from "../platform/progress.ts"
import { secretsFrom } from "./test.ts"

/** Removes what killed tests left in Neon's project, and says which. */
export async function cleanBranches(
  { minutes, neonEndpoint }: { minutes: number; neonEndpoint?: string },
  progress: Progress,
): Promise<string> {
  const neon = await connectNeon(neonAccess(secretsFrom(process.env, neonEndpoint)), systemClock)
  return cleanedSummary(await branchesClean(neon, minutes, progress))
}
