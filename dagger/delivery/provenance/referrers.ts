import { refused } from "../../platform/failure.ts"
import {
  describe,
  digestOf,
  indexType,
  manifestType,
  type Descriptor,
  type OciRepository,
} from "../registry/oci-repository.ts"

/** OCI's configuration of an artifact that needs none */
const empty = Buffer.from("{}")
const emptyType = "application/vnd.oci.empty.v1+json"

/** Where referrers are listed in a registry that keeps no list of its own, as OCI's distribution specification has it. */
const listTag = (subject: string): string => subject.replace(":", "-")

/** What refers to an image, or to another artifact, by digest. */
export async function listReferrers(
  repository: OciRepository,
  subject: string,
  artifactType: string,
): Promise<Descriptor[]> {
  const all = (await repository.askReferrers(subject)) ?? (await readList(repository, subject))
  return all.filter((referrer) => referrer.artifactType === artifactType)
}

/**
 * Attaches a document to an image, and returns the digest of the manifest that does. The same document makes the same
 * manifest, so that to attach it again changes nothing.
 */
export async function attach(
  repository: OciRepository,
  subject: string,
  artifactType: string,
  document: Buffer,
): Promise<string> {
  const image = await repository.findManifest(subject)
  if (!image) throw refused(`the registry does not hold ${repository.name}@${subject}.`)
  for (const blob of [empty, document]) await repository.pushBlob(blob)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config: describe(emptyType, empty),
    layers: [describe(artifactType, document)],
    subject: image.descriptor,
  })
  const digest = digestOf(manifest)
  const { referrerNoted } = await repository.pushManifest(digest, manifestType, manifest)
  if (!referrerNoted)
    await list(repository, subject, { ...describe(manifestType, Buffer.from(manifest)), artifactType })
  return digest
}

/** The document that a referrer attaches. */
export async function readAttached(repository: OciRepository, referrer: string): Promise<Buffer> {
  const manifest = await repository.findManifest(referrer)
  const [layer] = (manifest?.content.layers ?? []) as Descriptor[]
  if (!layer) throw refused(`the registry does not hold ${repository.name}@${referrer}.`)
  return repository.readBlob(layer.digest)
}

async function readList(repository: OciRepository, subject: string): Promise<Descriptor[]> {
  const index = await repository.findManifest(listTag(subject))
  return (index?.content.manifests ?? []) as Descriptor[]
}

async function list(repository: OciRepository, subject: string, referrer: Descriptor): Promise<void> {
  const listed = await readList(repository, subject)
  if (listed.some(({ digest }) => digest === referrer.digest)) return
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [...listed, referrer] }
  await repository.pushManifest(listTag(subject), indexType, JSON.stringify(index))
}
