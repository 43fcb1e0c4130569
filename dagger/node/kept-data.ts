import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { freePort } from "../local-cloud/ports.ts"
import { refused } from "../platform/failure.ts"
import { secretValues } from "../local-cloud/provision.ts"
import { json } from "../platform/infrastructure.ts"
import type { Repository } from "../platform/repository.ts"
import { makeStateFolder, writeWhole } from "./state-folder.ts"

const schema = z.object({
  databasePassword: z.string().min(1),
  secrets: z.record(z.string(), z.string().min(1)),
  /** Entries and installations name it */
  echoPort: z.int(),
})

/** What a platform that keeps its data has between two of its lives. */
export interface KeptData extends z.infer<typeof schema> {
  /** Of PostgreSQL */
  folder: string
}

/**
 * What was kept in the working copy's ignored folder, or is to be kept there from now on: the database, and the values that
 * its content needs. They are of this machine alone, and nobody but their owner may read them.
 */
export async function openKeptData({ root, platform }: Repository): Promise<KeptData> {
  const place = await makeStateFolder(root, "data")
  const file = join(place, "values.json")
  const text = await readFile(file, "utf8").catch(() => undefined)
  if (text === undefined) {
    const made = {
      databasePassword: randomBytes(16).toString("hex"),
      secrets: secretValues(platform),
      echoPort: await freePort(),
    }
    await writeWhole(file, JSON.stringify(made), 0o600)
    return { ...made, folder: join(place, "postgres") }
  }
  const kept = json.pipe(schema).safeParse(text)
  if (kept.success) {
    // A secret that the manifest has since got is kept, too.
    const secrets = { ...secretValues(platform), ...kept.data.secrets }
    await writeWhole(file, JSON.stringify({ ...kept.data, secrets }), 0o600)
    return { ...kept.data, secrets, folder: join(place, "postgres") }
  }
  throw refused(`${file} is damaged, and what was kept cannot be read without it.`, `Begin anew: rm -r ${place}`)
}
