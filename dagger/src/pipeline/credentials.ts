import type { Secret } from "@dagger.io/dagger"
import type { AwsConfig } from "../delivery/aws.ts"
import { messageOf, refused } from "../outcome.ts"

/** The caller's AWS credentials, as the module's arguments bring them in. */
export interface CredentialSecrets {
  accessKeyId?: Secret
  secretAccessKey?: Secret
  sessionToken?: Secret
}

/** Reads the credentials, only where they are needed: `--env local` asks for none. Refuses ones that are not set. */
export async function readCredentials(secrets: CredentialSecrets): Promise<NonNullable<AwsConfig["credentials"]>> {
  return {
    accessKeyId: await required(secrets.accessKeyId, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: await required(secrets.secretAccessKey, "AWS_SECRET_ACCESS_KEY"),
    sessionToken: await read(secrets.sessionToken),
  }
}

async function required(secret: Secret | undefined, variable: string): Promise<string> {
  const value = await read(secret)
  if (value) return value
  throw refused(
    `${variable} is not set.`,
    "Staging and production need AWS credentials: set it in the environment, or give the argument.",
  )
}

/** A default in `.env` that refers to an unset variable fails when it is read, and counts as absent. */
async function read(secret: Secret | undefined): Promise<string | undefined> {
  try {
    return (await secret?.plaintext()) || undefined
  } catch (error) {
    if (messageOf(error).includes("secret env var not found")) return undefined
    throw error
  }
}
