import { systemClock } from "../platform/clock.ts"
import { connectNeon } from "../quality/neon/api.ts"
import { branchesClean as cleanBranches, cleanedSummary } from "../quality/neon/branches-clean.ts"
import { databaseVariables, neonAccess } from "../quality/test/database-choice.ts"
import { command } from "./command.ts"
import { number } from "./option.ts"
import { neonEndpoint } from "./shared-options.ts"

export const branchesClean = command({
  name: "branches-clean",
  summary: "Delete the Neon branches that killed tests left behind, and say which.",
  options: {
    minutes: number("Keep branches that are younger than this many minutes", { preset: 30, from: 0 }),
    neonEndpoint,
  },
  async run(runner, options, progress) {
    const { NEON_ENDPOINT, ...variables } = await runner.variables(databaseVariables)
    const access = neonAccess({ ...variables, NEON_ENDPOINT: options.neonEndpoint ?? NEON_ENDPOINT })
    return cleanedSummary(await cleanBranches(await connectNeon(access, systemClock), options.minutes, progress))
  },
})
