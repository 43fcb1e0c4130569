import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { isIgnored, rulesOf } from "../platform/gitignore.ts"

/** The folders that have a Dockerfile, and what looks like a Dockerfile of another name. All paths are below the root. */
export interface Found {
  folders: string[]
  others: string[]
}

/** What others have written, and what tools keep; hidden folders are left out, too. */
const notLookedInto = ["node_modules", "vendor", "third_party"]

/** Finds the Dockerfiles of a repository, as git has it: what it leaves alone is not looked into. Links are not followed. */
export async function findDockerfiles(root: string, folder = ""): Promise<Found> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const rules = await rulesOf(root, folder)
  const pathOf = (name: string) => (folder ? `${folder}/${name}` : name)
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  const within = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !notLookedInto.includes(entry.name))
    .map(({ name }) => pathOf(name))
    .filter((path) => !isIgnored(path, true, rules))
    .sort()
  const found = await Promise.all(within.map((path) => findDockerfiles(root, path)))
  return {
    folders: [...(files.includes("Dockerfile") ? [folder || "."] : []), ...found.flatMap(({ folders }) => folders)],
    others: [...files.filter(isOfAnotherName).map(pathOf).sort(), ...found.flatMap(({ others }) => others)],
  }
}

const isOfAnotherName = (name: string): boolean =>
  /^(dockerfile|containerfile)(\.|$)|\.dockerfile$/i.test(name) && !/^Dockerfile$|\.dockerignore$/.test(name)
