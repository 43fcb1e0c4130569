import ignore, { type Ignore } from "ignore"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"

/** The `.gitignore` of a folder, whose patterns are relative to it. */
interface Rules {
  folder: string
  rules: Ignore
}

/** The rules for what is in a folder: its own first, then those of the folders above. */
export async function rulesOf(root: string, folder: string): Promise<Rules[]> {
  const found: Rules[] = []
  for (let at = folder; ; at = dirname(at)) {
    const own = at === "." ? "" : at
    const text = await readIfThere(join(root, own, ".gitignore"))
    if (text !== undefined) found.push({ folder: own, rules: ignore({ ignorecase: false }).add(text) })
    if (own === "") return found
  }
}

/** Whether git leaves a path alone, by the rules of the folder that it is in. */
export function isIgnored(path: string, isFolder: boolean, rules: Rules[]): boolean {
  for (const { folder, rules: own } of rules) {
    const inside = folder ? path.slice(folder.length + 1) : path
    const { ignored, unignored } = own.test(isFolder ? `${inside}/` : inside)
    if (ignored || unignored) return ignored
  }
  return false
}

/** A file's text; undefined where it is not there. */
export const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error
    return undefined
  })
