import { migrate as migrateDatabase } from "../delivery/migrate.ts"
import { command } from "./command.ts"
import { withEnvironment } from "./environment.ts"
import { allowDestructive, destination } from "./shared-options.ts"

export const migrate = command({
  name: "migrate",
  summary: "Run the database migrations as a one-off ECS task; roll nothing out.",
  example: "migrate --env staging",
  options: { ...destination, allowDestructive },
  run: (runner, options, progress) =>
    withEnvironment(runner, options, progress, async ({ target, artifacts }) => {
      await migrateDatabase(target, await artifacts(), progress, options)
      return `${target.environment} is migrated.`
    }),
})
