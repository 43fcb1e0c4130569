import { copyFile, mkdir, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Input } from "../../platform/inputs.ts"

/** Copies what a build gets out of the working copy at `root`. */
export async function copyInputs(root: string, inputs: Input[], to: string): Promise<void> {
  for (const { path, from } of inputs) {
    await mkdir(dirname(join(to, path)), { recursive: true })
    await copyFile(join(root, from), join(to, path))
  }
}

/** Moves a finished folder to its place, where it is whole from its first moment. One that is there already stays. */
export async function moveIntoPlace(draft: string, place: string): Promise<void> {
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true })
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error
  })
}
