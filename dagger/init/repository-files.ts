import { readdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { isIgnored, rulesOf } from "../platform/gitignore.ts"

/** What others have written, and what tools keep; hidden folders are left out, too. */
const notLookedInto = ["node_modules", "vendor", "third_party"]

/** The files of a repository, as git has them: what it leaves alone is not looked into. Links are not followed. */
export async function filesOf(root: string, folder = ""): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const rules = await rulesOf(root, folder)
  const below = (name: string) => (folder ? `${folder}/${name}` : name)
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => below(name))
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !notLookedInto.includes(entry.name))
    .map(({ name }) => below(name))
    .filter((path) => !isIgnored(path, true, rules))
  const found = await Promise.all(folders.map((path) => filesOf(root, path)))
  return [...files.filter((path) => !isIgnored(path, false, rules)), ...found.flat()].sort()
}

/** The folders that have a Dockerfile, `.` for the root. */
export const foldersWithDockerfile = (files: string[]): string[] =>
  files.filter((path) => basename(path) === "Dockerfile").map((path) => dirname(path))

/** What looks like a Dockerfile of another name. */
export const otherDockerfiles = (files: string[]): string[] =>
  files.filter((path) => {
    const name = basename(path)
    return /^(dockerfile|containerfile)(\.|$)|\.dockerfile$/i.test(name) && !/^Dockerfile$|\.dockerignore$/.test(name)
  })
