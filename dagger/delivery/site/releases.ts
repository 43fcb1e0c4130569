import pMap from "p-map"
import { z } from "zod"
import { refused } from "../../platform/failure.ts"
import { readBytes, readObject, replaceObject, Unreadable, writeObject, type Format } from "../store.ts"
import type { Target } from "../target.ts"
import { manifestSchema, mutableOf, type Manifest } from "./manifest.ts"

/**
 * Below `site/`, the deployments' bucket holds the pointer, and for each release its manifest and its pack: the mutable files,
 * one after another in the manifest's order, so that they can be served again without a build.
 */
const currentSchema = z.object({
  /** The release that was proven to be served; absent before the first */
  release: z.string().optional(),
  /** Releases whose activation has begun since, and did not come to an end: the bucket may hold a mixture */
  activating: z.array(z.string()),
  /** Counts the activations */
  activation: z.int(),
  /** The releases whose assets are in the bucket, the newest first */
  history: z.array(z.string()),
})

/** What the deployments' bucket says of the site. */
export type Current = z.infer<typeof currentSchema>

const pointerFormat: Format<Current> = [currentSchema]

/** A release's files by path; the first version was the bare map. */
const manifestFormat: Format<Manifest> = [
  manifestSchema,
  z.codec(z.object({ files: manifestSchema }), manifestSchema, {
    decode: ({ files }) => files,
    encode: (files) => ({ files }),
  }),
]

/** What was read, and its version, so that only that one is replaced. */
export interface Pointer {
  current: Current
  etag?: string | undefined
}

/** Somebody else deploys the site at the same time; what they do is left alone. */
export class Overtaken extends Error {
  constructor() {
    super("somebody else deploys the site at the same time")
    this.name = "Overtaken"
  }
}

/** How many manifests are read at a time */
const manifestsAtATime = 8

export const releasesPrefix = "site/"
const pointerKey = `${releasesPrefix}current.json`
export const manifestKey = (release: string): string => `${releasesPrefix}${release}/manifest.json`
export const packKey = (release: string): string => `${releasesPrefix}${release}/pack`

/** The release that the site serves; undefined before the first. Refuses where it cannot be read. */
export const currentRelease = async (target: Target): Promise<string | undefined> =>
  (await readPointer(target).catch(refuseUnreadable)).current.release

/** For a reader that has changed nothing yet. */
export function refuseUnreadable(error: unknown): never {
  if (error instanceof Unreadable) throw refused(`the site's releases: ${error.message}`, error.advice)
  throw error
}

export async function readPointer(target: Target): Promise<Pointer> {
  const found = await readObject(target, pointerKey, pointerFormat)
  if (!found) return { current: { activating: [], activation: 0, history: [] } }
  return { current: found.value, etag: found.etag }
}

/** Replaces the pointer that was read. Throws Overtaken where somebody else has replaced it. */
export async function writePointer(target: Target, { etag }: Pointer, current: Current): Promise<Pointer> {
  const written = await replaceObject(target, pointerKey, pointerFormat, current, etag)
  if (!written) throw new Overtaken()
  return { current, etag: written.etag }
}

/** A release's manifest; undefined where it is not kept. */
export async function readManifest(target: Target, release: string): Promise<Manifest | undefined> {
  return (await readObject(target, manifestKey(release), manifestFormat))?.value
}

export async function readManifests(target: Target, releases: string[]): Promise<Manifest[]> {
  const manifests = await pMap(releases, (release) => readManifest(target, release), { concurrency: manifestsAtATime })
  return manifests.filter((manifest) => manifest !== undefined)
}

export const writeManifest = (target: Target, release: string, manifest: Manifest): Promise<void> =>
  writeObject(target, manifestKey(release), manifestFormat, manifest)

export async function writePack(target: Target, release: string, pack: Buffer): Promise<void> {
  const s3 = await target.aws.s3()
  await s3.putObject({ Bucket: target.infrastructure.deploymentsBucket, Key: packKey(release), Body: pack })
}

/** A release's pack. Throws where it is not kept. */
export async function readPack(target: Target, release: string): Promise<Buffer> {
  const found = await readBytes(target, packKey(release))
  if (!found) throw new Error(`the files of release ${release} are not kept any more`)
  return found.value
}

/** The mutable files in a pack. */
export function unpack(manifest: Manifest, pack: Buffer): Map<string, Buffer> {
  let start = 0
  const files = mutableOf(manifest).map((path) => {
    const content = pack.subarray(start, (start += manifest[path]!.bytes))
    return [path, content] as const
  })
  if (start !== pack.length) throw new Error(`the pack has ${pack.length} bytes, expected ${start}`)
  return new Map(files)
}
