import { refused } from "../../platform/failure.ts"
import { missing } from "../../aws/credentials.ts"
import type { OciRepository } from "../registry/oci-repository.ts"
import { referenceOf, registryAccess, toldBy, type RunTool, type ToolInput } from "./tools.ts"

/**
 * The environment variables that signing is chosen from. The private key is as `cosign generate-key-pair` writes it;
 * COSIGN_IDENTITY is the workflow that signs with its ID token, as its certificate names it.
 */
export const signingVariables = [
  "COSIGN_PRIVATE_KEY",
  "COSIGN_PASSWORD",
  "COSIGN_PUBLIC_KEY",
  "COSIGN_IDENTITY",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
] as const

/** What the caller has set of them; an absent value is not set. */
export type SigningValues = Partial<Record<(typeof signingVariables)[number], string>>

/** How images are signed and verified. */
export interface Signing {
  /** What signatures are verified by, for people */
  by: string
  verify: Way
  /** Absent where there is nothing to sign with */
  sign?: Way | undefined
}

/** What cosign is told, besides the image and its registry. */
interface Way extends ToolInput {
  args: string[]
}

/** Who gives a workflow of GitHub's its ID token */
const issuer = "https://token.actions.githubusercontent.com"

/**
 * Chooses how to sign and to verify: by a key where one is given, or else by the identity of a workflow. Undefined where
 * there is neither. An ID token alone is not enough: what it signs is told to everybody by sigstore's public log, and is
 * worth nothing to whoever does not say whose signature he expects.
 */
export function chooseSigning(values: SigningValues): Signing | undefined {
  const { COSIGN_PRIVATE_KEY, COSIGN_PUBLIC_KEY, COSIGN_IDENTITY } = values
  if (COSIGN_PUBLIC_KEY) return byKey({ ...values, COSIGN_PUBLIC_KEY })
  if (COSIGN_PRIVATE_KEY) throw missing("COSIGN_PUBLIC_KEY", "COSIGN_PRIVATE_KEY is set without it.")
  return COSIGN_IDENTITY ? byIdentity(COSIGN_IDENTITY, values) : undefined
}

/** A key needs none of sigstore's services: no certificate, no public log, and nobody to be trusted but its owner. */
function byKey({
  COSIGN_PRIVATE_KEY,
  COSIGN_PASSWORD = "",
  COSIGN_PUBLIC_KEY,
}: SigningValues & { COSIGN_PUBLIC_KEY: string }): Signing {
  const services = ["--signing-config", "signing-config.json", "--trusted-root", "trusted-root.json"]
  return {
    by: "COSIGN_PUBLIC_KEY",
    verify: {
      args: ["--key", "env://COSIGN_PUBLIC_KEY", "--insecure-ignore-tlog"],
      variables: { COSIGN_PUBLIC_KEY },
      files: {},
    },
    sign: COSIGN_PRIVATE_KEY
      ? {
          args: ["--key", "env://COSIGN_PRIVATE_KEY", ...services],
          variables: { COSIGN_PRIVATE_KEY, COSIGN_PASSWORD },
          files: {
            "signing-config.json": noServices("signingconfig.v0.2+json"),
            "trusted-root.json": noServices("trustedroot+json;version=0.1"),
          },
        }
      : undefined,
  }
}

const noServices = (type: string): string => JSON.stringify({ mediaType: `application/vnd.dev.sigstore.${type}` })

function byIdentity(identity: string, values: SigningValues): Signing {
  const { ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN } = values
  return {
    by: identity,
    verify: {
      args: ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer],
      variables: {},
      files: {},
    },
    sign:
      ACTIONS_ID_TOKEN_REQUEST_URL && ACTIONS_ID_TOKEN_REQUEST_TOKEN
        ? { args: [], variables: { ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN }, files: {} }
        : undefined,
  }
}

/** Signs what a digest names, unless it is signed already. Where nothing can be signed, it is left as it is. */
export async function ensureSigned(
  repository: OciRepository,
  digest: string,
  { by, verify, sign }: Signing,
  run: RunTool,
): Promise<void> {
  if (!sign || (await cosign("verify", repository, digest, verify, run)).exitCode === 0) return
  const what = `${repository.name}@${digest}`
  const signed = await cosign("sign", repository, digest, { ...sign, args: ["--yes", ...sign.args] }, run)
  if (signed.exitCode !== 0) throw refused(`cosign could not sign ${what}.`, ...toldBy(signed))
  const verified = await cosign("verify", repository, digest, verify, run)
  if (verified.exitCode === 0) return
  throw refused(
    `${what} was signed, and ${by} does not verify it.`,
    ...toldBy(verified),
    "Check that the public key is of the private one, or that COSIGN_IDENTITY names this workflow.",
  )
}

/** What is wrong with the signature of what a digest names, undefined where nothing is. */
export async function signatureProblem(
  repository: OciRepository,
  digest: string,
  { by, verify }: Signing,
  run: RunTool,
): Promise<string | undefined> {
  const verified = await cosign("verify", repository, digest, verify, run)
  if (verified.exitCode === 0) return undefined
  const [reason] = toldBy(verified).slice(-1)
  return `${repository.name}@${digest} has no signature that ${by} verifies: ${reason}`
}

function cosign(verb: "sign" | "verify", repository: OciRepository, digest: string, way: Way, run: RunTool) {
  const access = registryAccess(repository)
  const insecure = repository.login.scheme === "http" ? ["--allow-http-registry"] : []
  return run("cosign", [verb, ...insecure, ...way.args, referenceOf(repository, digest)], {
    variables: { ...access.variables, ...way.variables },
    files: { ...access.files, ...way.files },
  })
}
