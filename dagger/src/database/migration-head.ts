import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Repository } from "../platform/repository.ts"

const assigned = (name: string) => new RegExp(`^${name}\\b[^=\\n]*=\\s*["']([^"']+)["']`, "m")

/** The revision that Alembic's `upgrade head` migrates a database to; undefined where a working copy has none, or several. */
export async function migrationHead({ root, platform }: Repository): Promise<string | undefined> {
  const folder = join(root, "services", platform.migration.service, "migrations", "versions")
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".py"))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")))
  const valueIn = (text: string, name: string) => assigned(name).exec(text)?.[1]
  const followed = new Set(texts.map((text) => valueIn(text, "down_revision")))
  const heads = texts.map((text) => valueIn(text, "revision")).filter((head) => head && !followed.has(head))
  return heads.length === 1 ? heads[0] : undefined
}
