import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { isDeepStrictEqual, promisify } from "node:util"
import { refused } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import { makeStateFolder, ownState, stateFolder } from "../state-folder.ts"
import { inputsOfImage } from "../../platform/inputs.ts"
import { short, versionOf } from "../../platform/version.ts"
import { networkEnvironment } from "../processes/host-environment.ts"
import { copyInputs, moveIntoPlace } from "./folders.ts"

const run = promisify(execFile)
/** Beside an image's files, and none of them */
export const recordName = "image.json"

/** An image where there is no engine: a copy of a service's inputs, and what starts it. */
export interface StoredImage {
  service: string
  version: string
  /** Holds the inputs as the build's context does */
  folder: string
  /** The service's folder in there */
  home: string
  /** The folder of the programs of the virtual environment that has its locked dependencies; absent where it is not Python */
  bin?: string | undefined
  /** What starts it here in the place of its image's entry point and command */
  start: string[]
  /** What of the task definition `start` stands for, too */
  command?: string[] | undefined
}

/** The images on this machine, by digest, which is the service's version. Old ones stay, as in a registry. */
export interface ImageStore {
  /** By `registry/cat-house/auth@sha256:…` */
  find(reference: string): Promise<StoredImage | undefined>
  build(root: string, service: Service): Promise<StoredImage>
}

/** What is written down of an image; where it lies may move with the working copy. */
interface ImageRecord {
  service: string
  /** Below the context */
  home: string
  /** The virtual environment's folder */
  environment?: string | undefined
  start: string[]
  command?: string[] | undefined
  prepare?: string[] | undefined
}

/** The images of a working copy. */
export function imagesOf(root: string): ImageStore {
  return imageStore(join(stateFolder(root), "images"), join(ownState, "uv", "bin", "uv"))
}

/** Keeps images under a folder; `uv` is the program that installs locked dependencies. */
export function imageStore(folder: string, uv: string): ImageStore {
  const installing = new Map<string, Promise<void>>()
  const imageOf = (version: string, { home, environment, prepare: _, ...record }: ImageRecord): StoredImage => ({
    ...record,
    version,
    folder: join(folder, version),
    home: join(folder, version, home),
    bin: environment === undefined ? undefined : join(folder, environment, "bin"),
  })
  /** The virtual environment of a Python service, by its lock file. */
  async function environmentOf(root: string, service: Service): Promise<string> {
    const lock = await lockOf(root, service)
    const environment = `python-${short(createHash("sha256").update(lock).digest("hex"))}`
    const { context } = service.build
    if (!installing.has(environment))
      installing.set(environment, installDependencies(uv, join(root, context), join(folder, environment)))
    await installing.get(environment)
    return environment
  }
  return {
    async find(reference) {
      const [, service, version] = /\/([^/@]+)@sha256:([0-9a-f]{64})$/.exec(reference) ?? []
      const text = version && (await readFile(join(folder, version, recordName), "utf8").catch(() => undefined))
      if (!version || !text) return undefined
      const record = JSON.parse(text) as ImageRecord
      // Those of former versions of this tool say less, and are written anew by the next build.
      return record.service === service && record.start ? imageOf(version, record) : undefined
    },
    async build(root, service) {
      const { name, build, prepare, start, command } = service
      await makeStateFolder(root, "images")
      const version = await versionOf(root, service)
      const home = relative(build.context, build.folder)
      const record: ImageRecord = start
        ? { service: name, home, start, command, prepare }
        : { service: name, home, start: ["python", "-m", "app"], environment: await environmentOf(root, service) }
      const image = imageOf(version, record)
      await store(root, service, image, record)
      return image
    },
  }
}

/** Does what an image's build would: compiles, or installs packages. */
async function prepare({ name, prepare: [program, ...args] = [] }: Service, folder: string): Promise<void> {
  if (program === undefined) return
  await run(program, args, { cwd: folder, env: networkEnvironment() }).catch((error: Error & { stderr?: string }) => {
    throw refused(
      `services.${name} could not be prepared: ${[program, ...args].join(" ")} failed.`,
      ...(error.stderr || error.message).trim().split("\n").slice(-8),
    )
  })
}

/** Refuses a service that plain Node cannot start. */
function lockOf(root: string, { name, build }: Service): Promise<Buffer> {
  return readFile(join(root, build.context, "uv.lock")).catch(() => {
    throw refused(
      `services.${name}: platform.json does not say how to start it in plain Node, which runs no images.`,
      `Give it "start", such as ["node", "server.js"], which listens on HOST and PORT; or run the same with dagger call.`,
    )
  })
}

async function installDependencies(uv: string, services: string, environment: string): Promise<void> {
  const options = {
    env: { ...networkEnvironment(), UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" },
  }
  const what = ["--locked", "--all-packages", "--no-dev", "--no-install-workspace", "--compile-bytecode"]
  const whole = join(environment, ".whole")
  // Its Python is a link, which may lead nowhere once the machine has another one.
  if (existsSync(whole) && existsSync(join(environment, "bin", "python"))) return
  try {
    // Relocatable: its programs still start after the working copy has moved.
    if (!existsSync(environment)) await run(uv, ["venv", "--relocatable", environment, "--project", services], options)
    await run(uv, ["sync", ...what, "--project", services], options)
    await writeFile(whole, "")
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw refused(
      "the services' dependencies could not be installed.",
      ...(stderr || message).trim().split("\n").slice(-5),
    )
  }
}

/** Written beside its place and moved there, so that a killed build leaves no half image. */
async function store(
  root: string,
  service: Service,
  { folder: place, bin }: StoredImage,
  record: ImageRecord,
): Promise<void> {
  const text = JSON.stringify(record)
  const { home } = record
  const stored = await readFile(join(place, recordName), "utf8").catch(() => undefined)
  if (stored === text) return
  if (stored !== undefined) {
    // How it is prepared and started here is not part of its version.
    const { prepare: former } = JSON.parse(stored) as ImageRecord
    if (isDeepStrictEqual(former, record.prepare)) return writeFile(join(place, recordName), text)
    await rm(place, { recursive: true })
  }
  await mkdir(dirname(place), { recursive: true })
  const draft = await mkdtemp(`${place}-`)
  try {
    await copyInputs(root, await inputsOfImage(root, service.build), draft)
    // As an image's build does: what is compiled here need not be by every task that starts.
    await prepare(service, join(draft, home))
    if (bin)
      await run(join(bin, "python"), ["-m", "compileall", "-q", "-s", draft, "-p", place, draft]).catch(() => undefined)
    await writeFile(join(draft, recordName), text)
    await moveIntoPlace(draft, place)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}
