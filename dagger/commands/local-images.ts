import type { BuildImages, PlanImages } from "../delivery/artifacts.ts"
import { type BuiltImage } from "../delivery/target.ts"
import { type Platform, repositoryOf } from "../platform/manifest.ts"
import { short } from "../platform/version.ts"
import { registryOf } from "../local-cloud/provision.ts"

/** What the local cloud calls an image: nothing is pushed there, and an image's digest is the service's version. */
export const imageReference = (platform: Platform, service: string, version: string): string =>
  `${registryOf(platform)}/${repositoryOf(platform, service)}@sha256:${version}`

/** The images that would be built. */
export const planImages =
  (platform: Platform, versionOf: (service: string) => Promise<string>): PlanImages =>
  (services) =>
    Promise.all(
      services.map(async ({ name: service }) => {
        const version = await versionOf(service)
        return { service, version, image: imageReference(platform, service, version) }
      }),
    )

/** Builds images side by side; `build` makes that of one service, and returns its version. */
export function buildSideBySide(platform: Platform, build: (service: string) => Promise<string>): BuildImages {
  return (services, progress) =>
    Promise.all(
      services.map(async ({ name }): Promise<BuiltImage> => {
        progress.status(name, "building")
        const version = await build(name)
        progress.done(name, `built ${short(version)}`)
        return { service: name, version, image: imageReference(platform, name, version) }
      }),
    )
}
