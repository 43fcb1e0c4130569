import { dag, type Container, type Directory, type Platform } from "@dagger.io/dagger"
import type { Push } from "../delivery/registry/publish.ts"
import { relative } from "node:path"
import { requireService, type Repository } from "../platform/repository.ts"
import { inputsOfImage } from "../platform/inputs.ts"
import { versionOf } from "../platform/version.ts"
import { directoryOf } from "./inputs.ts"
import { failing } from "./told.ts"
import { defined } from "../platform/defined.ts"

/** The images of a working copy's services. */
export interface Images {
  /** Builds a service's image, and returns its version. */
  build(service: string): Promise<string>
  /** Builds a service's image as Fargate runs it, whatever machine this is, and pushes it. */
  push(image: Push): Promise<void>
  /** A service's image on its own */
  image(service: string): Promise<Container>
  /** The image that was built, by `registry/cat-house/auth@sha256:<version>` */
  find(reference: string): Container | undefined
}

const unbuilt = (service: string) =>
  failing(`the image of ${service} could not be built.`, `Correct it, and try: dagger call build --service ${service}`)

const fargate = "linux/amd64" as Platform

/** `source` and `repository` are the same working copy, for the engine and for this process. */
export function images(source: Directory, repository: () => Promise<Repository>): Images {
  const built = new Map<string, Container>()
  const find = async (service: string) => {
    const { root, platform } = await repository()
    return { root, service: requireService(platform, service) }
  }
  const versionOfService = async (name: string) => {
    const { root, service } = await find(name)
    return versionOf(root, service)
  }
  /** A service's image, from its inputs alone: what is not an input cannot make the engine build it again. */
  const imageOf = async (name: string, version: string, platform?: Platform): Promise<Container> => {
    const { root, service } = await find(name)
    const { context, dockerfile } = service.build
    const inputs = directoryOf(source, context, await inputsOfImage(root, service.build))
    const buildArgs = [{ name: "VERSION", value: version }]
    return inputs.dockerBuild(defined({ dockerfile: relative(context, dockerfile), buildArgs, platform }))
  }
  return {
    async build(service) {
      const version = await versionOfService(service)
      const image = await (await imageOf(service, version)).sync().catch(unbuilt(service))
      built.set(`${service}@sha256:${version}`, image)
      return version
    },
    async push({ service, version, address, login, annotations }) {
      let image = await imageOf(service, version, fargate)
      for (const [name, value] of Object.entries(annotations)) image = image.withAnnotation(name, value)
      const password = dag.setSecret("registry-password", login.password)
      await image.sync().catch(unbuilt(service))
      const push = image.withRegistryAuth(login.address, login.username, password).publish(address)
      await push.catch(failing(`the image of ${service} could not be pushed to ${address}.`, "Run it again."))
    },
    image: async (service) => (await imageOf(service, await versionOfService(service))).sync().catch(unbuilt(service)),
    find: (reference) => built.get(reference.slice(reference.lastIndexOf("/") + 1)),
  }
}
