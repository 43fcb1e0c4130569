import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, readFile, realpath, rename, rm, stat, utimes } from "node:fs/promises"
import { delimiter, dirname, join } from "node:path"
import { refused } from "../../platform/failure.ts"
import { inputsOfSite } from "../../platform/inputs.ts"
import { short, siteVersionOf } from "../../platform/version.ts"
import type { Progress } from "../../platform/progress.ts"
import { copyInputs, moveIntoPlace } from "./folders.ts"
import type { Repository } from "../../platform/repository.ts"
import { makeStateFolder } from "../state-folder.ts"
import { guard } from "../processes/watchdog.ts"
import { networkEnvironment } from "../processes/host-environment.ts"
import { npmCi } from "../../quality/lint/environment.ts"
import { exportEnvironment } from "../../delivery/site/export.ts"

/** As many of the latest are kept: sites of a few megabytes, and packages of some hundred for each lock file. */
const kept = { sites: 10, packages: 2 }

/** What the report calls it */
const subject = "site"

/** Exports the site into `.cathouse/sites/<version>`, unless it is there, and returns that folder. */
export async function buildSite({ root, platform }: Repository, progress: Progress): Promise<string> {
  const { folder, build, output } = platform.site!
  const lock = await readFile(join(root, folder, "package-lock.json")).catch(() => {
    throw refused(`there is no ${folder}/package-lock.json.`, "Run the command in a working copy that has the website.")
  })
  const version = await siteVersionOf(root, folder)
  const sites = await sitesOf(root)
  const site = join(sites, version)
  if (existsSync(site)) {
    await utimes(site, new Date(), new Date()) // one that is in use is not old
    progress.done(subject, `${short(version)} is built already`)
    return site
  }
  const packages = join(sites, `packages-${short(createHash("sha256").update(lock).digest("hex"))}`)
  await removeAbandoned(sites)
  const project = await openProject(sites, packages, root, folder)
  if (!existsSync(join(project, "node_modules"))) {
    progress.status(subject, "installing the frontend's packages, once for each lock file")
    await installPackages(project)
  }
  progress.status(subject, "exporting")
  try {
    await exportSite(project, folder, build)
    await moveIntoPlace(join(project, output), site)
  } finally {
    await moveIntoPlace(project, packages)
  }
  for (const [kind, count] of [
    [/^[0-9a-f]{64}$/, kept.sites],
    [/^packages-/, kept.packages],
  ] as const)
    await removeOld(sites, kind, count).catch(() => undefined) // another build uses it
  progress.done(subject, `built ${short(version)}`)
  return site
}

/** The folder that sites are kept in, by its real path, which is the one that Metro names. */
async function sitesOf(root: string): Promise<string> {
  return realpath(await makeStateFolder(root, "sites"))
}

/**
 * A copy of the frontend's inputs for one build, with the installed packages where no other build has them. They are moved
 * in and out, as Metro reads only what lies below the project, and puts paths into what it exports.
 */
async function openProject(sites: string, packages: string, root: string, folder: string): Promise<string> {
  const project = await mkdtemp(join(sites, `project-${process.pid}-`))
  await rename(packages, project).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error
  })
  const old = (await readdir(project)).filter((name) => name !== "node_modules")
  await Promise.all(old.map((name) => rm(join(project, name), { recursive: true })))
  await copyInputs(root, await inputsOfSite(root, folder), project)
  return project
}

/** Removes the projects of builds that were killed. */
async function removeAbandoned(sites: string): Promise<void> {
  for (const name of await readdir(sites)) {
    const pid = /^project-(\d+)-/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(sites, name), { recursive: true, force: true })
  }
}

/** Removes the folders of one kind but for the latest. */
async function removeOld(sites: string, kind: RegExp, kept: number): Promise<void> {
  const paths = (await readdir(sites)).filter((name) => kind.test(name)).map((name) => join(sites, name))
  const dated = await Promise.all(paths.map(async (path) => ({ path, date: (await stat(path)).mtimeMs })))
  const old = dated.sort((one, other) => other.date - one.date).slice(kept)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"
  }
}

async function installPackages(project: string): Promise<void> {
  const { ok, output } = await run(project, npmCi)
  if (ok) return
  await rm(project, { recursive: true })
  throw refused("the frontend's packages could not be installed.", ...linesOf(output).slice(-5))
}

async function exportSite(project: string, folder: string, command: string[]): Promise<void> {
  const { ok, output } = await run(project, command, { ...exportEnvironment, NO_COLOR: "1" })
  if (ok) return
  // Metro says first what is wrong, and then how it came there.
  const lines = linesOf(output.replaceAll(`${project}/`, `${folder}/`))
  const start = lines.findIndex((line) => /error/i.test(line))
  throw refused("the site could not be exported.", ...(start < 0 ? lines.slice(-8) : lines.slice(start, start + 8)))
}

const linesOf = (output: string): string[] => output.split("\n").filter((line) => line.trim() !== "")

/** Runs npm or another tool, with the Node.js that is at work here; it does not outlive this process. */
async function run(
  project: string,
  [program, ...args]: string[],
  environment: Record<string, string> = {},
): Promise<{ ok: boolean; output: string }> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const child = spawn(program!, args, {
    cwd: project,
    env: { ...networkEnvironment(), PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, which the watchdog can end
  })
  guard(child)
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ ok: false, output: error.message }))
    child.once("close", (code) => resolve({ ok: code === 0, output }))
  })
}
