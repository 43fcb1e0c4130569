import { z } from "zod"
import { manifestFile, type Platform } from "./manifest.ts"

export const commitSchema = z.object({
  /** 40 hexadecimal digits */
  sha: z.string(),
  /** Absent where none is checked out, as for a tag */
  branch: z.string().optional(),
  /** Whether something has changed since, so that the commit does not tell what is deployed */
  changed: z.boolean(),
  /** The repository's address, without credentials */
  source: z.string().optional(),
})

/** The commit that a working copy is at. */
export type Commit = z.infer<typeof commitSchema>

/** What a platform is built and deployed from: a change of anything else does not change a commit. */
export function pathsOf({ services, site }: Platform): string[] {
  const ofServices = services.flatMap(({ build: { context, dockerfile, inputs } }) => [
    ...(context === "." ? [] : [`${context}/.dockerignore`]),
    dockerfile,
    ...inputs,
  ])
  const ofSite = site ? [site.folder, "infra/environment/headers.json", "infra/environment/spa.js"] : []
  return [...new Set([".gitignore", ".dockerignore", manifestFile, ...ofServices, ...ofSite])]
}

/** The branch whose images are tagged `latest`, too. */
export const defaultBranch = "main"

/** An address as it may be written down: a token in it, as CI's checkouts have one, is left out. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^@/]*@/, "$1")
}
