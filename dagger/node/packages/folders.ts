import { copyFile, mkdir, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"

/** Copies files, named relative to `from`, with their folders. */
export async function copyFiles(from: string, paths: string[], to: string): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(to, path)), { recursive: true })
    await copyFile(join(from, path), join(to, path))
  }
}

/** Moves a finished folder to its place, where it is whole from its first moment. One that is there already stays. */
export async function moveIntoPlace(draft: string, place: string): Promise<void> {
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true })
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error
  })
}
