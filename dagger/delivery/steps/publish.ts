import type { Progress } from "../../platform/progress.ts"
import type { Artifacts } from "../artifacts.ts"
import { refuseUnreachable } from "../site/function.ts"
import type { Site } from "../site/manifest.ts"
import type { BuiltImage, Target } from "../target.ts"

/** What was published. */
interface Published {
  images: BuiltImage[]
  /** Absent where the environment has no site */
  release?: Site | undefined
}

/**
 * Makes images and site side by side, or finds those that are there already. What was pushed stays, and serves nobody. Refuses
 * a site with files that nobody could reach.
 */
export async function publish(target: Target, artifacts: Artifacts, progress: Progress): Promise<Published> {
  const [images, release] = await Promise.all([
    artifacts.images(target.platform.services, progress),
    target.infrastructure.site && artifacts.site(progress),
  ])
  if (release) await refuseUnreachable(target, release.manifest)
  return { images, release }
}
