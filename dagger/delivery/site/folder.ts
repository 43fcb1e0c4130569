import { createHash } from "node:crypto"
import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from "node:fs"
import { join, relative, sep } from "node:path"
import { messageOf, refused, type Failure } from "../../platform/failure.ts"
import { cacheControlOf, contentTypes } from "./classification.ts"
import { indexPage, type Manifest, type Site } from "./manifest.ts"

/** How much is read before others get their turn, in bytes and in files. */
const turn = { bytes: 16 * 2 ** 20, files: 1000 }

/** The site that was exported into a folder. Refuses a folder that is none. */
export async function openFolder(folder: string): Promise<Site> {
  const manifest = await readFolder(folder)
  return { manifest, read: async (path) => readAgain(folder, manifest, path) }
}

/**
 * Reads the exported site. Refuses a folder that is none: empty, without an index page, or with a link that leads out of it.
 * Files are read synchronously: for thousands of small ones that takes a fifth of the time.
 */
async function readFolder(folder: string): Promise<Manifest> {
  const typeOf = await contentTypes()
  const manifest: Manifest = {}
  let left = { ...turn }
  for (const path of listFiles(folder)) {
    const content = readFileSync(join(folder, path))
    manifest[path] = {
      sha256: sha256(content),
      bytes: content.length,
      cacheControl: cacheControlOf(path),
      contentType: typeOf(path),
    }
    left.bytes -= content.length
    left.files--
    if (left.bytes > 0 && left.files > 0) continue
    await new Promise(setImmediate)
    left = { ...turn }
  }
  return manifest
}

/** Reads a file again, to be sent. Throws where it is not what the manifest says. */
function readAgain(folder: string, manifest: Manifest, path: string): Buffer {
  const content = readFileSync(join(folder, path))
  if (sha256(content) !== manifest[path]!.sha256) throw new Error(`${path} was changed while the site was deployed`)
  return content
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex")

/** The paths of all files, as a URL has them, in an order that depends on nothing else. */
function listFiles(folder: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    throw noSite(`the folder ${folder} could not be read: ${messageOf(error)}`)
  }
  const root = realpathSync(folder)
  const paths: string[] = []
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")
    if (entry.isDirectory()) continue
    if (entry.isSymbolicLink()) followLink(root, join(folder, path), path)
    else if (!entry.isFile()) throw noSite(`${path} is neither a file nor a folder.`)
    paths.push(path)
  }
  if (paths.length === 0) throw noSite(`the folder ${folder} is empty.`)
  if (!paths.includes(indexPage)) throw noSite(`the folder ${folder} has no ${indexPage}.`)
  return paths.sort()
}

function followLink(root: string, link: string, path: string): void {
  let file: string
  try {
    file = realpathSync(link)
  } catch {
    throw noSite(`${path} is a link that leads nowhere.`)
  }
  if (!file.startsWith(`${root}${sep}`)) throw noSite(`${path} is a link that leads out of the site.`)
  if (!statSync(file).isFile()) throw noSite(`${path} is a link to a folder.`)
}

const noSite = (what: string): Failure => refused(`the site: ${what}`, "Export it again: npm run export in frontend/.")
