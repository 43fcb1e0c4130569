import { lstat } from "node:fs/promises"
import { join } from "node:path"
import { refused } from "../platform/failure.ts"
import { readIfThere } from "../platform/gitignore.ts"
import { manifestFile, parsePlatform, type Platform } from "../platform/manifest.ts"
import { nameFrom } from "./describe-service.ts"
import { healthPathIn } from "./health-path.ts"
import { healthRouteIn } from "./health-route.ts"
import type { Note } from "./note.ts"
import { readDockerfile } from "./read-dockerfile.ts"
import { readGit, type GitFolder } from "./read-git.ts"
import { daggerDefaults, environmentFile } from "./references.ts"
import { filesOf, foldersWithDockerfile, otherDockerfiles } from "./repository-files.ts"
import { terraformVariables } from "./terraform-variables.ts"
import { workflowsOf } from "./workflows.ts"
import { longestName, writeManifest } from "./write-manifest.ts"

/** What the caller says; what is absent is looked for. */
export interface Given {
  name?: string | undefined
  region?: string | undefined
  /** Address of this module: github.com/OWNER/cat-house@VERSION */
  module?: string | undefined
}

/** What a repository lacks to be delivered, and what it has already. */
export interface FirstFiles {
  platform: Platform
  /** The texts of those that are to be written, by path */
  written: Record<string, string>
  /** The paths of those that are there, which stay as they are */
  kept: string[]
  /** What to look at, the manifest first, each with its place */
  notes: Note[]
}

/** A module whose repository nobody has told. */
const unknownModule = "github.com/OWNER/cat-house@VERSION"

/** What a repository needs, by its Dockerfiles, or by the manifest that it has. Changes nothing. */
export async function firstFiles(root: string, given: Given): Promise<FirstFiles> {
  const git = await readGit(root)
  const module = given.module ?? (await ownAddress()) ?? unknownModule
  const manifest = await manifestOf(root, git, { ...given, module })
  const { platform } = manifest
  const files = {
    ...manifest.written,
    ".env": environmentFile(platform),
    ...terraformVariables(platform, git.github),
    ...workflowsOf({ platform, module, branch: git.branch ?? "main" }),
  }
  const there = await Promise.all(Object.keys(files).map(async (path) => [path, await isThere(root, path)] as const))
  const isKept = new Map(there)
  const written = Object.fromEntries(Object.entries(files).filter(([path]) => !isKept.get(path)))
  return {
    platform,
    written,
    kept: [
      ...(manifest.written[manifestFile] ? [] : [manifestFile]),
      ...there.filter(([, kept]) => kept).map(([path]) => path),
    ],
    notes: [...manifest.notes, ...placeholders(written), ...(await lackingReferences(root, platform))],
  }
}

interface Manifest {
  platform: Platform
  written: Record<string, string>
  notes: Note[]
}

/** The manifest that is there counts, whatever the Dockerfiles say. */
async function manifestOf(root: string, git: GitFolder, given: Given & { module: string }): Promise<Manifest> {
  const there = await readIfThere(join(root, manifestFile))
  if (there !== undefined) return { platform: parsePlatform(there), written: {}, notes: [] }
  const files = await filesOf(root)
  const folders = foldersWithDockerfile(files)
  if (folders.length === 0) throw noDockerfile(otherDockerfiles(files))
  const recipes = await Promise.all(
    folders.map(async (folder) => {
      const dockerfile = await read(root, folder)
      const path = healthPathIn(dockerfile.healthCheck)
      const health = path === undefined ? await healthRouteIn(root, folder, files, folders) : { path }
      return { folder, dockerfile, health }
    }),
  )
  const name = given.name ?? nameFrom(git.github?.split("/")[1] ?? "", longestName)
  const schema = schemaOf(given.module)
  const { platform, printed, notes } = await writeManifest(root, recipes, { name, region: given.region, schema })
  const others = otherDockerfiles(files).map((path) => ({
    file: path,
    text: 'is not taken for a service, as only a file that is called Dockerfile is; a service\'s "dockerfile" names another',
  }))
  const placed = notes.map(({ place = "", ...note }) => ({ ...note, place: `${printed.lineOf(place)} ${place}` }))
  return { platform, written: { [manifestFile]: printed.text }, notes: [...placed, ...others] }
}

async function read(root: string, folder: string) {
  const path = folder === "." ? "Dockerfile" : `${folder}/Dockerfile`
  const dockerfile = readDockerfile((await readIfThere(join(root, path))) ?? "")
  if (dockerfile) return dockerfile
  throw refused(
    `${path} has no FROM, so that it makes no image.`,
    "Correct it, or name it in .gitignore, and run init again.",
  )
}

function noDockerfile(others: string[]) {
  const said = others.length === 0 ? [] : [`There is ${others.join(", ")}, which has another name.`]
  return refused(
    "there is no Dockerfile in this folder, or in one below it.",
    ...said,
    "Give each service a folder with a Dockerfile, such as services/shop/Dockerfile, which EXPOSEs its port, and run init again.",
  )
}

/** A link to nowhere is there, too. */
const isThere = (root: string, path: string): Promise<boolean> =>
  lstat(join(root, path)).then(
    () => true,
    () => false,
  )

/** What this very module is a clone of, at its commit; undefined in a copy without .git, as Dagger has it. */
async function ownAddress(): Promise<string | undefined> {
  const { github, commit } = await readGit(join(import.meta.dirname, "..", ".."))
  return github && commit ? `github.com/${github}@${commit}` : undefined
}

/** The schema of the same version: github.com/OWNER/cat-house@VERSION is raw.githubusercontent.com/OWNER/cat-house/VERSION. */
function schemaOf(module: string): string {
  const [, owner = "OWNER/cat-house", version = "main"] = /^github\.com\/([^/@]+\/[^/@]+)(?:@(.+))?$/.exec(module) ?? []
  return `https://raw.githubusercontent.com/${owner}/${version === "VERSION" ? "main" : version}/platform.schema.json`
}

/** What was not to be seen of the files that are written, by the lines that wait for it. */
const placeholders = (written: Record<string, string>): Note[] =>
  Object.entries(written).flatMap(([file, text]) =>
    text.split("\n").flatMap((line, index) => {
      if (!line.includes("OWNER/")) return []
      const text = line.includes("github_repository")
        ? "say which repository's workflows may deploy: its origin is not on GitHub"
        : "say where this module is, and at which version (--module-address)"
      return [{ file, place: String(index + 1), text }]
    }),
  )

/** What a `.env` that is kept lacks. */
async function lackingReferences(root: string, platform: Platform): Promise<Note[]> {
  const text = await readIfThere(join(root, ".env"))
  if (text === undefined || /^CAT_HOUSE_SECRETS=/im.test(text)) return []
  return [
    {
      file: ".env",
      text: ["is kept. For dagger call it needs these lines:", ...daggerDefaults(platform)].join("\n  "),
    },
  ]
}
