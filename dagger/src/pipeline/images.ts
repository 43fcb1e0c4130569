import { dag, type Container, type Directory } from "@dagger.io/dagger"
import type { BuildImages } from "../delivery/deploy.ts"
import { repositoryOf, type BuiltImage } from "../delivery/target.ts"
import type { Repository } from "../platform/repository.ts"
import { inputsOf, short, versionOf } from "../platform/version.ts"

/** Builds services' images, and keeps them under the references that their task definitions name. */
export interface Images {
  build: BuildImages
  find(reference: string): Container | undefined
}

/** `source` and `repository` are the same working copy, for the engine and for this process. */
export function images(source: Directory, repository: Repository, registry: string): Images {
  const built = new Map<string, Container>()
  return {
    find: (reference) => built.get(reference),
    build: (services, report) =>
      Promise.all(
        services.map(async ({ name }): Promise<BuiltImage> => {
          report.status(name, "building")
          const version = await versionOf(`${repository.root}/services`, name)
          const image = `${registry}/${repositoryOf(repository.platform, name)}@sha256:${version}`
          built.set(image, await imageOf(source, name, version).sync())
          report.done(name, `built ${short(version)}`)
          return { service: name, version, image }
        }),
      ),
  }
}

/** A service's image, from its inputs alone: what is not an input cannot make the engine build it again. */
export function imageOf(source: Directory, service: string, version: string): Container {
  const inputs = dag.directory().withDirectory("/", source.directory("services"), { include: inputsOf(service) })
  return inputs.dockerBuild({ dockerfile: `${service}/Dockerfile`, buildArgs: [{ name: "VERSION", value: version }] })
}
