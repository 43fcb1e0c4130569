import dockerignore from "@balena/dockerignore"
import { readdir, realpath, stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { refused } from "./failure.ts"
import { isIgnored, readIfThere, rulesOf } from "./gitignore.ts"
import { isWithin, type Build } from "./service.ts"

/** A file that a build gets. */
export interface Input {
  /** Relative to the folder that is built, with `/` */
  path: string
  /** Where its content is, relative to the working copy: elsewhere for what is below a link */
  from: string
  executable: boolean
}

/**
 * The files that an image is built from, by their paths below its context, in an order that depends on nothing else: its
 * inputs, as far as `.dockerignore` lets them through, and its Dockerfile. Throws for what cannot be carried.
 */
export async function inputsOfImage(root: string, { context, inputs, dockerfile }: Build): Promise<Input[]> {
  const isInput = (path: string) => inputs.some((input) => isWithin(input, path))
  return (await inputsOf(root, context === "." ? "" : context, dockerfile)).filter(({ path }) => {
    const own = context === "." ? path : `${context}/${path}`
    return own === dockerfile || isInput(own)
  })
}

/** The files that the site is built from, by their paths below its folder. Throws for what cannot be carried. */
export const inputsOfSite = (root: string, folder: string): Promise<Input[]> => inputsOf(root, folder)

/** What git tracks of a folder, or would track, by the `.gitignore`s from `root` down; less what its `.dockerignore` leaves out. */
async function inputsOf(root: string, folder: string, dockerfile?: string): Promise<Input[]> {
  const left = dockerignore
    .default({ ignorecase: false })
    .add((await readIfThere(join(root, folder, ".dockerignore"))) ?? "")
  const walk = { root: await realpath(root), folder, found: [] as Input[] }
  await visit(walk, "", folder, [])
  return walk.found
    .filter(({ path, from }) => from === dockerfile || !left.ignores(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

interface Walk {
  root: string
  /** The folder that is built, such as `services`; empty for the root. Links lead nowhere else */
  folder: string
  found: Input[]
}

/** Finds the files below a path, which is in the folder `real`; `links` are the folders that links on the way have led to. */
async function visit(walk: Walk, path: string, real: string, links: string[]): Promise<void> {
  const rules = await rulesOf(walk.root, real)
  for (const entry of await readdir(join(walk.root, real), { withFileTypes: true })) {
    const { name } = entry
    refuseUnreadable(name, real)
    const its = { path: path ? `${path}/${name}` : name, from: real ? `${real}/${name}` : name }
    // What this tool keeps in a working copy is none of it.
    if (name === ".git" || its.from === ".cathouse" || isIgnored(its.from, entry.isDirectory(), rules)) continue
    if (entry.isDirectory()) await visit(walk, its.path, its.from, links)
    else if (entry.isFile()) await add(walk, its.path, its.from)
    else if (entry.isSymbolicLink()) await follow(walk, its.path, its.from, links)
  }
}

async function add(walk: Walk, path: string, from: string): Promise<void> {
  const { mode } = await stat(join(walk.root, from))
  walk.found.push({ path, from, executable: (mode & 0o100) !== 0 })
}

/** A build gets what a link leads to, as the link itself may lead nowhere in there. */
async function follow(walk: Walk, path: string, link: string, links: string[]): Promise<void> {
  const target = await realpath(join(walk.root, link)).catch(() => {
    throw refused(`${link} is a link to nowhere.`, "Remove it, or name it in .gitignore.")
  })
  const from = posix(relative(walk.root, target))
  if (from.startsWith("..") || !from.startsWith(walk.folder && `${walk.folder}/`))
    throw refused(
      `${link} is a link to ${from}, outside of ${walk.folder || "the repository"}/, which no build gets.`,
      `Move the file below ${walk.folder || "the repository"}/, or copy it there.`,
    )
  if (!(await stat(target)).isDirectory()) return add(walk, path, from)
  if (links.includes(from) || link.startsWith(`${from}/`))
    throw refused(`${link} is a link to a folder that it is in.`, "Remove it, or name it in .gitignore.")
  await visit(walk, path, from, [...links, from])
}

/** Names are UTF-8 in an image's layers and in AWS's keys. */
function refuseUnreadable(name: string, folder: string): void {
  // What stands for bytes that are no UTF-8
  if (!name.includes("\uFFFD")) return
  throw refused(`${folder}/ has a file whose name is not UTF-8: ${name}.`, "Rename it.")
}

const posix = (path: string): string => (sep === "/" ? path : path.replaceAll(sep, "/"))
