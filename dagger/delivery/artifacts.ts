import type { Migration } from "./migrations/destructive.ts"
import type { Lock } from "./migrations/locks.ts"
import type { Commit } from "../platform/commit.ts"
import type { SecretName, Service } from "../platform/manifest.ts"
import type { Progress } from "../platform/progress.ts"
import type { SecretValues } from "./secrets/values.ts"
import type { Smoke } from "./smoke.ts"
import type { Site } from "./site/manifest.ts"
import type { BuiltImage } from "./target.ts"

/** Makes the images of services, where the environment pulls them from, or finds those that are there already. */
export type BuildImages = (services: Service[], progress: Progress) => Promise<BuiltImage[]>

/** An image that may not be there yet: then it has a version, and is nowhere. */
export type PlannedImage = Omit<BuiltImage, "image"> & { image?: string | undefined }

/** Tells which images there will be, and makes none. What may not be looked at is told as a line. */
export type PlanImages = (services: Service[], progress: Progress) => Promise<PlannedImage[]>

/** Exports the website, or finds one that was deployed elsewhere. */
type OpenSite = (progress: Progress) => Promise<Site>

/** What a deploy brings to an environment: images, the site's release, migrations, and the secrets' values that go with them. */
export interface Artifacts {
  /** What `images` would give */
  versions: PlanImages
  images: BuildImages
  /** Refuses images to promote that do not prove what they are; absent where there is no registry to ask */
  verifyProvenance?: ((images: BuiltImage[], progress: Progress) => Promise<void>) | undefined
  /** Asked for only where the environment has a site */
  site: OpenSite
  /** All of the database's migrations, as SQL */
  migrations(progress: Progress): Promise<Migration[]>
  /** What migrations lock; absent where nobody is to see it beforehand */
  locks?: ((pending: Migration[]) => Promise<Lock[]>) | undefined
  /** What tells whether people are served; absent where nobody can run it */
  smoke?: Smoke | undefined
  secrets: SecretValues
  /** The secrets that are to get new values, and no others; absent where each does whose value is given and another one */
  rotate?: SecretName[] | undefined
  /** Absent outside of a git repository */
  commit?: Commit | undefined
  /** Whether one commit is an ancestor of another; undefined where that cannot be told */
  isAncestor?: ((older: string, newer: string) => Promise<boolean | undefined>) | undefined
  /** The deployment that this promotes, such as staging-12; absent where it comes from a working copy */
  version?: string | undefined
}
