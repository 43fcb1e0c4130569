import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Output } from "../../platform/output.ts"
import { runProcess } from "../processes/run-process.ts"
import { makeStateFolder, writeWhole } from "../state-folder.ts"
import { environmentOf, programOf } from "./image-programs.ts"
import type { StoredImage } from "./images.ts"

/**
 * Runs a command in an image of a working copy whose output depends on the image alone; once it has succeeded, what it printed is
 * told instead, as an engine tells it from its cache.
 */
export async function runOnce(root: string, image: StoredImage, command: string[]): Promise<Output> {
  const { service, version, start } = image
  const key = createHash("sha256").update(JSON.stringify([service, version, start, command]))
  const file = join(await makeStateFolder(root, "outputs"), `${key.digest("hex")}.json`)
  const kept = await readFile(file, "utf8").catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as Output
  const output = await runProcess(programOf(image, command), image.home, environmentOf(image))
  // A disk that is full costs the time to run it again.
  if (output.exitCode === 0) await writeWhole(file, JSON.stringify(output)).catch(() => undefined)
  return output
}
