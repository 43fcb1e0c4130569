import pMap from "p-map"
import type { Artifacts } from "../delivery/artifacts.ts"
import { servicesAtATime } from "../delivery/concurrency.ts"
import { repositoryOf, type Service } from "../platform/manifest.ts"
import type { Progress } from "../platform/progress.ts"
import { short, versionOf } from "../platform/version.ts"
import type { Runner } from "./runner.ts"

/** A service's image that was built, and the version that it has. */
export interface BuiltVersion {
  service: string
  version: string
}

/** Builds images side by side. */
export function buildImages(runner: Runner, services: Service[], progress: Progress): Promise<BuiltVersion[]> {
  return pMap(
    services,
    async ({ name: service }) => {
      progress.status(service, "building")
      const version = await runner.buildImage(service)
      progress.done(service, `built ${short(version)}`)
      return { service, version }
    },
    servicesAtATime,
  )
}

/** The images of the local cloud. Nothing is pushed there: an image's digest is the service's version. */
export function localImages(runner: Runner, registry: string): Pick<Artifacts, "images" | "versions"> {
  const pinned = async ({ service, version }: BuiltVersion) => {
    const { platform } = await runner.repository()
    return { service, version, image: `${registry}/${repositoryOf(platform, service)}@sha256:${version}` }
  }
  return {
    async images(services, progress) {
      return Promise.all((await buildImages(runner, services, progress)).map(pinned))
    },
    async versions(services) {
      const { root } = await runner.repository()
      return pMap(
        services,
        async (service) => pinned({ service: service.name, version: await versionOf(root, service) }),
        servicesAtATime,
      )
    },
  }
}
