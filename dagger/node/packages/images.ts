import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { refused } from "../../platform/failure.ts"
import { stateFolder } from "../up-record.ts"
import { inputsOfImage } from "../../platform/inputs.ts"
import { short, versionOf } from "../../platform/version.ts"
import { networkEnvironment } from "../processes/host-environment.ts"
import { copyInputs, moveIntoPlace } from "./folders.ts"

const run = promisify(execFile)
/** Beside an image's files, and none of them */
export const recordName = "image.json"

/** An image where there is no engine: a copy of a service's inputs, and the Python that has its locked dependencies. */
export interface StoredImage {
  service: string
  version: string
  /** Holds the service's folder and `common`, as `services/` does */
  folder: string
  /** The folder of the virtual environment's programs */
  bin: string
}

/** The images on this machine, by digest, which is the service's version. Old ones stay, as in a registry. */
export interface ImageStore {
  /** By `registry/cat-house/auth@sha256:…` */
  find(reference: string): Promise<StoredImage | undefined>
  build(root: string, service: string): Promise<StoredImage>
}

/** What is written down of an image; where it lies may move with the working copy. */
interface ImageRecord {
  service: string
  environment: string
}

/** The images of a working copy. */
export function imagesOf(root: string): ImageStore {
  const state = stateFolder(root)
  return imageStore(join(state, "images"), join(state, "uv", "bin", "uv"))
}

/** Keeps images under a folder; `uv` is the program that installs locked dependencies. */
export function imageStore(folder: string, uv: string): ImageStore {
  const installing = new Map<string, Promise<void>>()
  const imageOf = (version: string, { service, environment }: ImageRecord): StoredImage => ({
    service,
    version,
    folder: join(folder, version),
    bin: join(folder, environment, "bin"),
  })
  return {
    async find(reference) {
      const [, service, version] = /\/([^/@]+)@sha256:([0-9a-f]{64})$/.exec(reference) ?? []
      const path = join(folder, version ?? "", recordName)
      if (!version || !existsSync(path)) return undefined
      const record = JSON.parse(readFileSync(path, "utf8")) as ImageRecord
      return record.service === service ? imageOf(version, record) : undefined
    },
    async build(root, service) {
      const services = join(root, "services")
      const version = await versionOf(root, service)
      const lock = await readFile(join(services, "uv.lock"))
      const environment = `python-${short(createHash("sha256").update(lock).digest("hex"))}`
      if (!installing.has(environment))
        installing.set(environment, installDependencies(uv, services, join(folder, environment)))
      await installing.get(environment)
      const image = imageOf(version, { service, environment })
      await store(root, image, { service, environment })
      return image
    },
  }
}

async function installDependencies(uv: string, services: string, environment: string): Promise<void> {
  const options = {
    env: { ...networkEnvironment(), UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" },
  }
  const what = ["--locked", "--all-packages", "--no-dev", "--no-install-workspace", "--compile-bytecode"]
  try {
    // Relocatable: its programs still start after the working copy has moved.
    if (!existsSync(environment)) await run(uv, ["venv", "--relocatable", environment, "--project", services], options)
    await run(uv, ["sync", ...what, "--project", services], options)
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw refused(
      "the services' dependencies could not be installed.",
      ...(stderr || message).trim().split("\n").slice(-5),
    )
  }
}

/** Written beside its place and moved there, so that a killed build leaves no half image. */
async function store(root: string, { folder: place, bin }: StoredImage, record: ImageRecord): Promise<void> {
  if (existsSync(join(place, recordName))) return
  await mkdir(dirname(place), { recursive: true })
  const draft = await mkdtemp(`${place}-`)
  await copyInputs(root, await inputsOfImage(root, record.service), draft)
  // As an image's build does: what is compiled here need not be by every task that starts.
  await run(join(bin, "python"), ["-m", "compileall", "-q", "-s", draft, "-p", place, draft]).catch(() => undefined)
  await writeFile(join(draft, recordName), JSON.stringify(record))
  await moveIntoPlace(draft, place)
}
