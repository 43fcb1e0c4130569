import type { Infrastructure } from "../../platform/infrastructure.ts"
import { refused } from "../../platform/failure.ts"
import type { Target } from "../target.ts"

/** The site's bucket, distribution and address. Refuses an environment that has no site. */
export function requireSite({ environment, infrastructure }: Target): NonNullable<Infrastructure["site"]> {
  if (!infrastructure.site)
    throw refused(`${environment} has no site.`, "Use another environment, or start local without --no-site.")
  return infrastructure.site
}
