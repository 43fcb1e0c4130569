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
      // A file that somebody else has stays; one that the disk had no room for is half of it.
      const half = (error as NodeJS.ErrnoException).code === "EEXIST" ? [] : [file]
      await Promise.all([...written, ...half].map((one) => rm(one, { force: true })))
      throw refused(
        `${path} cannot be written: ${messageOf(error)}.`,
        "See to it that the folder takes it, and run init again.",
      )
    }
  }
}
