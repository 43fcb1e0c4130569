import { glob, stat } from "node:fs/promises"
import { join, posix } from "node:path"
import { isWithin } from "../platform/service.ts"

/** What the manifest has to say of a build where that is not its default: the Dockerfile's own folder. */
export interface BuildContext {
  context?: string
  inputs?: string[]
  /** What the Dockerfile copies and no folder has */
  missing: string[]
}

/**
 * The folder that Docker has to be given: the Dockerfile's own, or the nearest one above that has all that is copied. Of one
 * above, an image is made from what is copied alone.
 */
export async function buildContextOf(root: string, folder: string, copied: string[]): Promise<BuildContext> {
  const sources = copied.map((source) => posix.normalize(source.replace(/^\/+/, "") || ".").replace(/(.)\/$/, "$1"))
  for (const context of andAbove(folder)) {
    const missing = await missingIn(join(root, context), sources)
    if (missing.length > 0) continue
    return context === folder ? { missing } : { context, ...inputsOf(folder, context, sources), missing }
  }
  return { missing: await missingIn(join(root, folder), sources) }
}

/** `services/shop`, `services`, `.` */
function andAbove(folder: string): string[] {
  return folder === "." ? ["."] : [folder, ...andAbove(posix.dirname(folder))]
}

async function missingIn(folder: string, sources: string[]): Promise<string[]> {
  const found = await Promise.all(sources.map((source) => isThere(folder, source)))
  return sources.filter((_, index) => !found[index])
}

async function isThere(folder: string, source: string): Promise<boolean> {
  if (!isPattern(source)) return (await stat(join(folder, source)).catch(() => undefined)) !== undefined
  for await (const _ of glob(source, { cwd: folder })) return true
  return false
}

const isPattern = (source: string): boolean => /[*?[]/.test(source)

/** The folder, and what is copied of elsewhere; of a pattern, the folder that it is in. Left out where that is the folder alone. */
function inputsOf(folder: string, context: string, sources: string[]): { inputs?: string[] } {
  const paths = sources.map((source) => posix.join(context, isPattern(source) ? folderOfPattern(source) : source))
  const all = [...new Set([folder, ...paths])]
  const inputs = all.filter((path) => !all.some((other) => other !== path && isWithin(other, path)))
  return inputs.length === 1 && inputs[0] === folder ? {} : { inputs }
}

const folderOfPattern = (pattern: string): string => {
  const parts = pattern.split("/")
  return parts.slice(0, parts.findIndex(isPattern)).join("/") || "."
}
