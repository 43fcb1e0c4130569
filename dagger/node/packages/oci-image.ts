import { readdir } from "node:fs/promises"
import { join, relative } from "node:path"
import { buffer } from "node:stream/consumers"
import type { Push } from "../../delivery/registry/publish.ts"
import { describe, digestOf, manifestType, ociRepository } from "../../delivery/registry/oci-repository.ts"
import { recordName, type StoredImage } from "./images.ts"

const mediaTypes = {
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
}

/**
 * Pushes what is an image where there is no engine, as an OCI image with one layer: the service's inputs. It has no
 * operating system and no dependencies in it, so that an emulator's registry may have it, and AWS may not.
 */
export async function pushStoredImage(
  { address, login, annotations }: Push,
  image: Pick<StoredImage, "folder" | "version">,
): Promise<void> {
  const [, name, tag] = /^[^/]+\/(.+):([^:]+)$/.exec(address)!
  const repository = ociRepository(login, name!)
  const layer = await layerOf(image)
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Env: [`SERVICE_VERSION=${image.version}`] },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    }),
  )
  for (const blob of [config, layer]) await repository.pushBlob(blob)
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(mediaTypes.config, config),
    layers: [describe(mediaTypes.layer, layer)],
    annotations,
  }
  await repository.pushManifest(tag!, manifestType, JSON.stringify(manifest))
}

/** The same inputs make the same bytes: no times, no owners, in the order of their names. */
async function layerOf({ folder }: Pick<StoredImage, "folder">): Promise<Buffer> {
  // A package of plain Node's alone: Dagger loads this file, too.
  const { create } = await import("tar")
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc") && entry.name !== recordName)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  return buffer(create({ cwd: folder, portable: true, mtime: new Date(0), noDirRecurse: true }, entries))
}
