import { isDeepStrictEqual } from "node:util"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Target } from "../target.ts"
import { mutableOf, type Manifest } from "./manifest.ts"

/**
 * What the deployments' bucket says of the site. Below `site/` it holds this, and for each release its manifest and its pack:
 * the mutable files, one after another in the manifest's order, so that they can be served again without a build.
 */
export interface Current {
  /** The release that was proven to be served; absent before the first */
  release?: string | undefined
  /** Releases whose activation has begun since, and did not come to an end: the bucket may hold a mixture */
  activating: string[]
  /** Counts the activations */
  activation: number
  /** The releases whose assets are in the bucket, the newest first */
  history: string[]
}

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

export const releasesPrefix = "site/"
const pointerKey = `${releasesPrefix}current.json`
export const manifestKey = (release: string): string => `${releasesPrefix}${release}/manifest.json`
export const packKey = (release: string): string => `${releasesPrefix}${release}/pack`

/** The release that the site serves; undefined before the first. Refuses where it cannot be read. */
export const currentRelease = async (target: Target): Promise<string | undefined> =>
  (await readPointer(target).catch(refuseUnreadable)).current.release

/** For a reader that has changed nothing yet. */
export function refuseUnreadable(error: unknown): never {
  throw refused(
    `the site's releases: ${messageOf(error)}`,
    "Check the credentials (s3:GetObject, s3:ListBucket) and that the environment's infrastructure has been applied.",
  )
}

export async function readPointer(target: Target): Promise<Pointer> {
  const found = await read(target, pointerKey)
  if (!found) return { current: { activating: [], activation: 0, history: [] } }
  return { current: JSON.parse(found.body.toString()) as Current, etag: found.etag }
}

/** Replaces the pointer that was read. Throws Overtaken where somebody else has replaced it. */
export async function writePointer(target: Target, { etag }: Pointer, current: Current): Promise<Pointer> {
  const s3 = await target.aws.s3()
  try {
    const answer = await s3.putObject({
      Bucket: target.infrastructure.deploymentsBucket,
      Key: pointerKey,
      Body: JSON.stringify(current, null, 2),
      ContentType: "application/json",
      ...(etag ? { IfMatch: etag } : { IfNoneMatch: "*" }),
    })
    return { current, etag: answer.ETag }
  } catch (error) {
    if (!["PreconditionFailed", "ConditionalRequestConflict"].includes((error as Error).name)) throw error
    // The SDK tries again when an answer is lost; then it was we who replaced it.
    const now = await readPointer(target)
    if (isDeepStrictEqual(now.current, JSON.parse(JSON.stringify(current)))) return now
    throw new Overtaken()
  }
}

/** A release's manifest; undefined where it is not kept. */
export async function readManifest(target: Target, release: string): Promise<Manifest | undefined> {
  const found = await read(target, manifestKey(release))
  return found && (JSON.parse(found.body.toString()) as Manifest)
}

export async function readManifests(target: Target, releases: string[]): Promise<Manifest[]> {
  const manifests = await Promise.all(releases.map((release) => readManifest(target, release)))
  return manifests.filter((manifest) => manifest !== undefined)
}

export async function writeManifest(target: Target, release: string, manifest: Manifest): Promise<void> {
  const s3 = await target.aws.s3()
  const { deploymentsBucket: Bucket } = target.infrastructure
  const Body = JSON.stringify(manifest)
  await s3.putObject({ Bucket, Key: manifestKey(release), Body, ContentType: "application/json" })
}

export async function writePack(target: Target, release: string, pack: Buffer): Promise<void> {
  const s3 = await target.aws.s3()
  await s3.putObject({ Bucket: target.infrastructure.deploymentsBucket, Key: packKey(release), Body: pack })
}

/** A release's pack. Throws where it is not kept. */
export async function readPack(target: Target, release: string): Promise<Buffer> {
  const found = await read(target, packKey(release))
  if (!found) throw new Error(`the files of release ${release} are not kept any more`)
  return found.body
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

async function read(target: Target, Key: string): Promise<{ body: Buffer; etag?: string | undefined } | undefined> {
  const { deploymentsBucket: Bucket } = target.infrastructure
  const s3 = await target.aws.s3()
  try {
    const { Body, ETag } = await s3.getObject({ Bucket, Key })
    return { body: Buffer.from(await Body!.transformToByteArray()), etag: ETag }
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined
    throw new Error(`${Key} could not be read from bucket ${Bucket}: ${messageOf(error)}`, { cause: error })
  }
}
