import { credentialVariables } from "../aws/credentials.ts"
import { signingVariables } from "../delivery/provenance/signing.ts"
import type { Platform } from "../platform/manifest.ts"
import { remoteEnvironments } from "../platform/environments.ts"
import { variableOf } from "../platform/schema/secret.ts"

/** A variable as Dagger is told to read it; with a cacheKey, one that is not set costs nothing. */
export const reference = (variable: string): string => `env://${variable}?cacheKey=${variable}`

/** What Dagger gives the module's functions where a call does not: this folder, its commit, and the caller's variables. */
export function daggerDefaults(platform: Platform): string[] {
  const secrets = remoteEnvironments(platform).flatMap(({ name }) =>
    Object.keys(platform.secrets).map((secret) => variableOf(platform, name, secret)),
  )
  const references = [...new Set([...credentialVariables, ...secrets, ...signingVariables])].map(reference)
  const withCommit = ["DEPLOY", "PLAN", "PUBLISH"].map((verb) => `CAT_HOUSE_${verb}_GIT=.`)
  return ["CAT_HOUSE_SOURCE=.", ...withCommit, `CAT_HOUSE_SECRETS=${references.join(",")}`]
}

/** `.env`, which Dagger reads. It can be committed. */
export const environmentFile = (platform: Platform): string =>
  `# What Dagger gives to cat-house, a module of another repository, where a call does not: this folder, and the caller's variables as
# references to the environment. No value is ever written here; one that is not set costs nothing. Plain Node reads variables itself.
${daggerDefaults(platform).join("\n")}
`
