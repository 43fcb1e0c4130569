import type { Commit } from "../platform/commit.ts"
import type { Service } from "../platform/manifest.ts"
import type { Report } from "../report/report.ts"
import type { SecretValues } from "./secrets.ts"
import type { BuiltImage } from "./target.ts"

/** Makes the images of services, where the environment pulls them from, or finds those that are there already. */
export type BuildImages = (services: Service[], report: Report) => Promise<BuiltImage[]>

/** Exports the web site, and returns the folder that it is in. */
export type BuildSite = (report: Report) => Promise<string>

/** What a deploy brings to an environment. */
export interface Sources {
  images: BuildImages
  /** Asked for only where the environment has a site */
  site: BuildSite
  secrets: SecretValues
  /** Absent outside of a git repository */
  commit?: Commit
}
