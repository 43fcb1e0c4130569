import { createHash } from "node:crypto"
import type { Aws } from "../../aws/clients.ts"

/** Puts an image of a content into the repository of each service, and returns its digest in hex: it is a version, too. */
export async function putImages(aws: Aws, services: string[], content: string): Promise<string> {
  const ecr = await aws.ecr()
  const mediaType = "application/vnd.oci.image.manifest.v1+json"
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 }
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [], annotations: { content } })
  for (const name of services) {
    const repositoryName = `cat-house/${name}`
    await ecr.createRepository({ repositoryName }).catch(() => undefined)
    await ecr.putImage({ repositoryName, imageManifest, imageTag: content, imageManifestMediaType: mediaType })
  }
  return createHash("sha256").update(imageManifest).digest("hex")
}
