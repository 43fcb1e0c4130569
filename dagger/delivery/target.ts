import type { Infrastructure } from "../platform/infrastructure.ts"
import type { EnvironmentName, Platform } from "../platform/manifest.ts"
import type { Aws } from "../aws/clients.ts"
import type { Caller } from "../aws/caller.ts"
import type { AlarmClock } from "../platform/clock.ts"

/** Where a delivery goes to, with all that it needs to get there. */
export interface Target {
  environment: EnvironmentName
  platform: Platform
  infrastructure: Infrastructure
  aws: Aws
  /** Absent in the local cloud, which asks nobody who they are */
  caller?: Caller
  /** Whether it is gone when the command ends, so that nothing can be asked of it later; default: false */
  ephemeral?: boolean
  clock: AlarmClock
  /** Seconds between two looks at a roll-out, a task or a log */
  pollSeconds: number
}

/** A service's image, pinned by digest: `registry/cat-house/auth@sha256:…`. */
export interface BuiltImage {
  service: string
  version: string
  image: string
  /** Digest of the manifest that attaches its SBOM, where it has one */
  sbom?: string | undefined
}
