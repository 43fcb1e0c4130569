import type { Platform } from "../platform/manifest.ts"
import { remoteEnvironments } from "../platform/environments.ts"
import { variableOf } from "../platform/schema/secret.ts"

/** A variable as Dagger is told to read it; with a cacheKey, one that is not set costs nothing. */
export const reference = (variable: string): string => `env://${variable}?cacheKey=${variable}`

/** How AWS is reached: by an access key on a laptop, by an ID token in a workflow. */
const ofAws = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_ROLE_ARN",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
]

/** What signs images and proves who has; optional. */
const ofSigning = ["COSIGN_PRIVATE_KEY", "COSIGN_PASSWORD", "COSIGN_PUBLIC_KEY", "COSIGN_IDENTITY"]

/** The line of `.env` by which Dagger hands the module's functions the caller's variables. */
export function referencesLine(platform: Platform): string {
  const secrets = remoteEnvironments(platform).flatMap(({ name }) =>
    Object.keys(platform.secrets).map((secret) => variableOf(platform, name, secret)),
  )
  return `CAT_HOUSE_SECRETS=${[...new Set([...ofAws, ...secrets, ...ofSigning])].map(reference).join(",")}`
}

/** `.env`, which Dagger reads. It can be committed. */
export const environmentFile = (platform: Platform): string =>
  `# The variables that Dagger hands to cat-house, as references to the environment: no value is ever written here. Names tell which is
# which, so that another secret is another reference. One that is not set costs nothing. In plain Node the variables are read themselves.
${referencesLine(platform)}
`
