import { dag, type Container, type Directory } from "@dagger.io/dagger"
import type { BuildImages } from "../delivery/deploy.ts"
import { buildSideBySide, imageReference } from "../local/build.ts"
import type { Repository } from "../platform/repository.ts"
import { inputsOf, versionOf } from "../platform/version.ts"

/** Builds services' images, and keeps them under the references that their task definitions name. */
export interface Images {
  build: BuildImages
  find(reference: string): Container | undefined
}

/** `source` and `repository` are the same working copy, for the engine and for this process. */
export function images(source: Directory, { root, platform }: Repository): Images {
  const built = new Map<string, Container>()
  return {
    find: (reference) => built.get(reference),
    build: buildSideBySide(platform, async (service) => {
      const version = await versionOf(`${root}/services`, service)
      built.set(imageReference(platform, service, version), await imageOf(source, service, version).sync())
      return version
    }),
  }
}

/** A service's image, from its inputs alone: what is not an input cannot make the engine build it again. */
function imageOf(source: Directory, service: string, version: string): Container {
  const inputs = dag.directory().withDirectory("/", source.directory("services"), { include: inputsOf(service) })
  return inputs.dockerBuild({ dockerfile: `${service}/Dockerfile`, buildArgs: [{ name: "VERSION", value: version }] })
}
