import type { Commit } from "../platform/commit.ts"
import type { Service } from "../platform/manifest.ts"
import type { Report } from "../report/report.ts"
import type { SecretValues } from "./secrets.ts"
import type { Site } from "./site/manifest.ts"
import type { BuiltImage } from "./target.ts"

/** Makes the images of services, where the environment pulls them from, or finds those that are there already. */
export type BuildImages = (services: Service[], report: Report) => Promise<BuiltImage[]>

/** Exports the web site, or finds one that was deployed elsewhere. */
export type OpenSite = (report: Report) => Promise<Site>

/** What a deploy brings to an environment. */
export interface Sources {
  images: BuildImages
  /** Asked for only where the environment has a site */
  site: OpenSite
  secrets: SecretValues
  /** Absent outside of a git repository */
  commit?: Commit
  /** Alembic's revision that the migrations end at; absent where it cannot be told */
  migration?: string
}
