import { delimiter, join } from "node:path"
import { offline, parseRevisions } from "../delivery/migrations/plan-migrations.ts"
import type { Revision } from "../delivery/migrations/destructive.ts"
import type { Repository } from "../platform/repository.ts"
import type { ImageStore } from "./packages/images.ts"
import { runProcess } from "./processes/run-process.ts"

/** The working copy's migrations as SQL, written by the Python that runs them on this machine. No database is asked. */
export async function readMigrations(repository: Repository, images: ImageStore): Promise<Revision[]> {
  const { service, command } = repository.platform.migration
  const { bin, folder: image } = await images.build(repository, service)
  const folder = join(image, service)
  const [program, ...args] = offline(command)
  return parseRevisions(
    await runProcess([join(bin, program!), ...args], folder, {
      PATH: [bin, process.env.PATH].join(delimiter),
      PYTHONPATH: [folder, join(image, "common")].join(delimiter),
    }),
  )
}
