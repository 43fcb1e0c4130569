import type { Secret } from "@dagger.io/dagger"
import { chooseCredentials, missing, type CredentialValues } from "../../aws/credentials.ts"
import type { Access } from "../../delivery/remote.ts"
import { variableOf, type SecretValues } from "../../delivery/secrets/secrets.ts"
import { messageOf } from "../../platform/failure.ts"
import { secretNames, type EnvironmentName, type Platform } from "../../platform/manifest.ts"

/** The caller's AWS credentials, as the module's arguments bring them in. */
export type CredentialSecrets = Partial<Record<keyof CredentialValues, Secret>>

/** The platform's secrets by the variable that each comes from, such as STAGING_DATABASE_URL. */
export type PlatformSecrets = Record<string, Secret | undefined>

/** Reads the credentials, only where they are needed: `--env local` asks for none. Refuses ones that are not set. */
export async function readAccess(
  secrets: CredentialSecrets,
  platform: Platform,
  endpoint: string | undefined,
): Promise<Access> {
  const values = await readAll(secrets)
  const credentials = await chooseCredentials(values, { region: platform.region, endpoint })
  if (credentials) return { endpoint, credentials }
  throw missing(
    "AWS_ACCESS_KEY_ID",
    "Staging and production need AWS credentials: an access key, or in a GitHub workflow the permission id-token: write.",
  )
}

/** The values of an environment's secrets. */
export async function readSecretValues(secrets: PlatformSecrets, environment: EnvironmentName): Promise<SecretValues> {
  return readAll(Object.fromEntries(secretNames.map((name) => [name, secrets[variableOf(environment, name)]])))
}

/** The values of secrets; those that are not set are absent. */
export async function readAll<K extends string>(
  secrets: Partial<Record<K, Secret>>,
): Promise<Partial<Record<K, string>>> {
  const read = Object.entries<Secret | undefined>(secrets).map(
    async ([name, secret]) => [name, await plaintextOf(secret)] as const,
  )
  return Object.fromEntries(await Promise.all(read)) as Partial<Record<K, string>>
}

/** A default in `.env` that refers to an unset variable fails when it is read, and counts as absent. */
export async function plaintextOf(secret: Secret | undefined): Promise<string | undefined> {
  try {
    return (await secret?.plaintext()) || undefined
  } catch (error) {
    if (messageOf(error).includes("secret env var not found")) return undefined
    throw error
  }
}
