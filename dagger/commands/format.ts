import { format as fixFormat } from "../quality/lint/run-checks.ts"
import { command } from "./command.ts"

export const format = command({
  name: "format",
  summary: "Fix what the tools can: Black, ESLint, Prettier and terraform fmt.",
  options: {},
  async run(runner) {
    await fixFormat(runner)
    return "formatted"
  },
})
