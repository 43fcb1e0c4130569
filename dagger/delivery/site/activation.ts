import { counted } from "../../platform/counted.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import { writeRoutes } from "./function.ts"
import { everything, invalidationPaths } from "./invalidation.ts"
import { requireSite } from "./location.ts"
import { planSwitch, type Manifest, type Release, type Switch } from "./manifest.ts"
import { deleteObjects, each } from "./objects.ts"
import { readManifests, writePointer, type Current, type Pointer } from "./releases.ts"
import { openSiteBucket } from "./upload.ts"

/** The bucket holds the release; the pointer says that this is not proven yet. */
export interface Activation {
  pointer: Pointer
  /** How many files were copied */
  copied: number
  /** What is to be taken out of CloudFront's caches */
  paths: string[]
}

/**
 * Makes a bucket hold a release's mutable files, or none at all. First the pointer says that this has begun: should this
 * process be killed, the next deploy knows that the bucket holds a mixture, and takes nothing for granted that all releases
 * concerned do not agree on.
 */
export async function activate(
  target: Target,
  to: Release | undefined,
  pointer: Pointer,
  progress: Progress,
  { repair = false } = {},
): Promise<Activation> {
  const { current } = pointer
  const { bucket } = requireSite(target)
  const { copy, remove, paths } = await planActivation(target, to?.manifest ?? {}, current, repair)

  const begun = await writePointer(target, pointer, {
    ...current,
    activating: [...new Set([...current.activating, ...(to ? [to.release] : [])])],
    activation: current.activation + 1,
  })
  const put = await openSiteBucket(target, to?.manifest ?? {})
  for (const round of copy) {
    progress.status("site", `switching to the release, ${counted(round.length, "file")}`)
    await each(round, (path) => put(path, to!.files.get(path)!))
  }
  // Between the two, old and new files are there: no page is without its file.
  await writeRoutes(target, to?.manifest)
  await deleteObjects(await target.aws.s3(), bucket, remove)
  return { pointer: begun, copied: copy.flat().length, paths }
}

/** What an activation would copy, remove and take out of the caches. */
export async function planActivation(
  target: Target,
  to: Manifest,
  current: Current,
  repair = false,
): Promise<Pick<Switch, "copy" | "remove"> & { paths: string[] }> {
  const concerned = [current.release, ...current.activating].filter((release) => release !== undefined)
  const manifests = await readManifests(target, concerned)
  // Where a manifest is lost, nothing is known of what the bucket holds.
  const known = !repair && manifests.length === concerned.length && manifests.length > 0
  // Before the first release the bucket is empty, and so is what an activation that was killed has not copied.
  const former = current.release === undefined ? [{}, ...manifests] : manifests
  const { copy, remove, stale } = planSwitch(to, former, known)
  return { copy, remove, paths: known ? invalidationPaths(stale) : everything }
}

/** Says that a release, or none, is proven to be served. */
export function confirmServed(target: Target, pointer: Pointer, release: string | undefined): Promise<Pointer> {
  const { activation, history } = pointer.current
  const older = history.filter((other) => other !== release)
  return writePointer(target, pointer, {
    release,
    activating: [],
    activation,
    history: release === undefined ? older : [release, ...older],
  })
}
