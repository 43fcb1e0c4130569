import { dag, ReturnType, type Container, type Directory, type Platform } from "@dagger.io/dagger"
import type { Revision } from "../../delivery/migrations/destructive.ts"
import { offline, parseRevisions } from "../../delivery/migrations/plan-migrations.ts"
import type { BuildImages } from "../../delivery/artifacts.ts"
import type { Push } from "../../delivery/registry/publish.ts"
import { buildSideBySide, imageReference } from "../../commands/local-images.ts"
import type { Repository } from "../../platform/repository.ts"
import { inputsOf, versionOf } from "../../platform/version.ts"

/** Builds services' images, and keeps them under the references that their task definitions name. */
export interface Images {
  build: BuildImages
  find(reference: string): Container | undefined
  /** The working copy's migrations as SQL */
  migrations(): Promise<Revision[]>
}

/** `source` and `repository` are the same working copy, for the engine and for this process. */
export function images(source: Directory, repository: Repository): Images {
  const { root, platform } = repository
  const built = new Map<string, Container>()
  return {
    find: (reference) => built.get(reference),
    async migrations() {
      const { service, command } = platform.migration
      const image = await serviceImage(source, repository, service)
      const written = image.withExec(offline(command), { expect: ReturnType.Any })
      const [exitCode, stdout, stderr] = await Promise.all([written.exitCode(), written.stdout(), written.stderr()])
      return parseRevisions({ exitCode, stdout, stderr })
    },
    build: buildSideBySide(platform, async (service) => {
      const version = await versionOf(`${root}/services`, service)
      built.set(imageReference(platform, service, version), await imageOf(source, service, version).sync())
      return version
    }),
  }
}

/** A service's image on its own. */
export async function serviceImage(source: Directory, { root }: Repository, service: string): Promise<Container> {
  return imageOf(source, service, await versionOf(`${root}/services`, service))
}

/** Builds and pushes an image as Fargate runs it, whatever machine this is. */
export async function pushImage(source: Directory, { service, version, address, login, annotations }: Push) {
  let image = imageOf(source, service, version, fargate)
  for (const [name, value] of Object.entries(annotations)) image = image.withAnnotation(name, value)
  const password = dag.setSecret("registry-password", login.password)
  await image.withRegistryAuth(login.address, login.username, password).publish(address)
}

const fargate = "linux/amd64" as Platform

/** A service's image, from its inputs alone: what is not an input cannot make the engine build it again. */
function imageOf(source: Directory, service: string, version: string, platform?: Platform): Container {
  // A filter is cached by what it lets through, a copy with `include` by the whole folder.
  const inputs = source.directory("services").filter({ include: inputsOf(service) })
  const buildArgs = [{ name: "VERSION", value: version }]
  return inputs.dockerBuild({ dockerfile: `${service}/Dockerfile`, buildArgs, platform })
}
