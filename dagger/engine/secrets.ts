import type { Secret } from "@dagger.io/dagger"
import { messageOf } from "../platform/failure.ts"

/**
 * Reads variables from a list of secrets: each secret's address tells which one it is, as `env://NAME` does. One that is not
 * set is absent; one that is not asked for is not read.
 */
export function variablesFrom(secrets: Secret[]) {
  let named: Promise<Map<string, Secret>> | undefined
  return async <Name extends string>(names: readonly Name[]): Promise<Partial<Record<Name, string>>> => {
    const known = await (named ??= byName(secrets))
    const read = names.map(async (name) => [name, await plaintextOf(known.get(name))] as const)
    return Object.fromEntries((await Promise.all(read)).filter(([, value]) => value)) as Partial<Record<Name, string>>
  }
}

/** The last one of a name counts. */
async function byName(secrets: Secret[]): Promise<Map<string, Secret>> {
  const named = secrets.map(async (secret) => [nameIn(await secret.uri()), secret] as const)
  return new Map(await Promise.all(named))
}

/** `env://AWS_ROLE_ARN?cacheKey=…`, `file:///run/secrets/AWS_ROLE_ARN`, `op://vault/item/AWS_ROLE_ARN` → AWS_ROLE_ARN */
const nameIn = (uri: string): string => uri.replace(/[?#].*$/s, "").replace(/^.*\//s, "")

/** A reference to a variable that is not set fails when it is read, and counts as absent. */
async function plaintextOf(secret: Secret | undefined): Promise<string | undefined> {
  try {
    return (await secret?.plaintext()) || undefined
  } catch (error) {
    if (messageOf(error).includes("secret env var not found")) return undefined
    throw error
  }
}
