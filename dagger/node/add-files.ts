import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { messageOf, refused } from "../platform/failure.ts"

/** Writes files below a folder, all or none. Refuses to write over what is there. */
export async function addFiles(root: string, files: Record<string, string>): Promise<void> {
  const written: string[] = []
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text, { flag: "wx" })
      written.push(file)
    } catch (error) {
      // What the disk had no more room for is there by half.
      if ((error as NodeJS.ErrnoException).syscall === "write") written.push(file)
      await Promise.all(written.map((one) => rm(one)))
      throw refused(
        `${path} cannot be written: ${messageOf(error)}.`,
        "See to it that the folder takes it, and run init again.",
      )
    }
  }
}
