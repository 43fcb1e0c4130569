import { branchesClean, cleanedSummary } from "../database/branches-clean.ts"
import { neonAccess } from "../database/choice.ts"
import { connectNeon } from "../database/neon-api.ts"
import { systemClock } from "../delivery/clock.ts"
import type { Report } from "../report/report.ts"
import { secretsFrom } from "./test.ts"

/** Removes what killed tests left in Neon's project, and says which. */
export async function cleanBranches(
  { minutes, neonEndpoint }: { minutes: number; neonEndpoint?: string },
  report: Report,
): Promise<string> {
  const neon = await connectNeon(neonAccess(secretsFrom(process.env, neonEndpoint)), systemClock)
  return cleanedSummary(await branchesClean(neon, minutes, report))
}
