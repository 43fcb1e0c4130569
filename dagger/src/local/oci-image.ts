import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join, relative } from "node:path"
import { buffer } from "node:stream/consumers"
import type { Push } from "../delivery/publish.ts"
import { refused } from "../outcome.ts"
import { recordName, type StoredImage } from "./images.ts"

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
}

/**
 * Pushes what is an image where there is no engine, as an OCI image with one layer: the service's inputs. It has no
 * operating system and no dependencies in it, so that an emulator's registry may have it, and AWS may not.
 */
export async function pushStoredImage({ address, login, annotations }: Push, image: StoredImage): Promise<void> {
  const [, host, repository, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(address)!
  const registry = `http://${host}/v2/${repository}`
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`
  const layer = await layerOf(image)
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Env: [`SERVICE_VERSION=${image.version}`] },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    }),
  )
  for (const blob of [config, layer]) await pushBlob(registry, authorization, blob)
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(mediaTypes.config, config),
    layers: [describe(mediaTypes.layer, layer)],
    annotations,
  }
  await call(`${registry}/manifests/${tag}`, {
    method: "PUT",
    headers: { authorization, "content-type": mediaTypes.manifest },
    body: JSON.stringify(manifest),
  })
}

/** The same inputs make the same bytes: no times, no owners, in the order of their names. */
async function layerOf({ folder }: StoredImage): Promise<Buffer> {
  // A package of plain Node's alone: Dagger loads this file, too.
  const { create } = await import("tar")
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc") && entry.name !== recordName)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  return buffer(create({ cwd: folder, portable: true, mtime: new Date(0), noDirRecurse: true }, entries))
}

async function pushBlob(registry: string, authorization: string, blob: Buffer): Promise<void> {
  const headers = { authorization }
  const started = await call(`${registry}/blobs/uploads/`, { method: "POST", headers })
  const upload = new URL(started.headers.get("location")!, registry)
  upload.searchParams.set("digest", digestOf(blob))
  const type = { "content-type": "application/octet-stream" }
  await call(upload.href, { method: "PUT", headers: { ...headers, ...type }, body: new Uint8Array(blob) })
}

async function call(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  if (!response.ok) throw refused(`the registry answers ${response.status} to ${init.method} ${url}.`)
  return response
}

const digestOf = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`

const describe = (mediaType: string, content: Buffer) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
})
