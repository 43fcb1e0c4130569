import { constants } from "node:fs"
import { access, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import writeFileAtomic from "write-file-atomic"
import { messageOf, refused } from "../platform/failure.ts"

/** What belongs to a working copy and is no part of it: images, and where a platform that is up is found. */
export const stateFolder = (root: string): string => join(root, ".cathouse")

/** What the bootstrap has got for this tool, whatever working copy it works on. */
export const ownState = stateFolder(join(import.meta.dirname, "..", ".."))

/** Makes a folder below a working copy's state folder, which git leaves alone. Refuses one that cannot be written to. */
export async function makeStateFolder(root: string, ...below: string[]): Promise<string> {
  const state = stateFolder(root)
  const folder = join(state, ...below)
  try {
    await mkdir(state, { recursive: true })
    await writeFile(join(state, ".gitignore"), "*\n", { flag: "wx" }).catch(() => undefined)
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (error) {
    throw refused(
      `${folder} cannot be written to: ${messageOf(error)}.`,
      "Images and what the platform keeps on this machine are stored there: make it writable, or work in another copy.",
    )
  }
  return folder
}

/** Writes a file, or leaves it as it was: a disk that is full, or a kill, costs nothing of what it held. */
export const writeWhole = (path: string, text: string, mode = 0o644): Promise<void> =>
  writeFileAtomic(path, text, { mode })
