import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import type { BuildImages } from "../delivery/deploy.ts"
import { refused } from "../delivery/outcome.ts"
import { repositoryOf, type BuiltImage } from "../delivery/target.ts"
import type { Repository } from "../platform/repository.ts"
import { inputsOf, isLeftover, short, versionOf } from "../platform/version.ts"

const run = promisify(execFile)

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
  find(reference: string): StoredImage | undefined
  build(repository: Repository, service: string): Promise<StoredImage>
}

/** Keeps images under a folder; `uv` is the program that installs locked dependencies. */
export function imageStore(folder: string, uv: string): ImageStore {
  const environments = new Map<string, Promise<string>>()

  const find = (reference: string): StoredImage | undefined => {
    const [, repository, version] = /\/([^/@]+)@sha256:([0-9a-f]{64})$/.exec(reference) ?? []
    const record = join(folder, version ?? "", "image.json")
    if (!version || !existsSync(record)) return undefined
    const image = JSON.parse(readFileSync(record, "utf8")) as StoredImage
    return image.service === repository ? image : undefined
  }

  return {
    find,
    async build(repository, service) {
      const services = join(repository.root, "services")
      const version = await versionOf(services, service)
      const lock = createHash("sha256")
        .update(await readFile(join(services, "uv.lock")))
        .digest("hex")
      if (!environments.has(lock))
        environments.set(lock, installDependencies(uv, services, join(folder, `python-${short(lock)}`)))
      const image = { service, version, folder: join(folder, version), bin: join(await environments.get(lock)!, "bin") }
      await store(services, image)
      return image
    },
  }
}

/** Builds the platform's images into a store. */
export function storeImages(repository: Repository, store: ImageStore, registry: string): BuildImages {
  return (services, report) =>
    Promise.all(
      services.map(async ({ name }): Promise<BuiltImage> => {
        report.status(name, "building")
        const { version } = await store.build(repository, name)
        report.status(name, `built ${short(version)}`)
        return {
          service: name,
          version,
          image: `${registry}/${repositoryOf(repository.platform, name)}@sha256:${version}`,
        }
      }),
    )
}

async function installDependencies(uv: string, services: string, environment: string): Promise<string> {
  const options = { env: { ...process.env, UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" } }
  await run(
    uv,
    ["sync", "--locked", "--all-packages", "--no-dev", "--no-install-workspace", "--project", services],
    options,
  ).catch((error: Error & { stderr?: string }) => {
    throw refused(
      "the services' dependencies could not be installed.",
      ...(error.stderr ?? error.message).trim().split("\n").slice(-5),
    )
  })
  return environment
}

/** Written beside its place and moved there, so that a killed build leaves no half image. */
async function store(services: string, image: StoredImage): Promise<void> {
  if (existsSync(join(image.folder, "image.json"))) return
  await mkdir(join(image.folder, ".."), { recursive: true })
  const draft = await mkdtemp(`${image.folder}-`)
  for (const input of inputsOf(image.service)) {
    await cp(join(services, input), join(draft, input), {
      recursive: true,
      filter: (path) => !isLeftover(basename(path)),
    })
  }
  await writeFile(join(draft, "image.json"), JSON.stringify(image))
  await rename(draft, image.folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another build of the same version was faster.
    await rm(draft, { recursive: true })
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error
  })
}
