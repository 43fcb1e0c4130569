import type { Service } from "../../platform/manifest.ts"
import type { Revision, Running } from "./services.ts"

/** What a deploy makes of a service. */
export interface PlannedRevision {
  service: Service
  running: Running
  to: Revision & { version: string }
  /** False where the service runs this already, and is left alone */
  changed: boolean
}
