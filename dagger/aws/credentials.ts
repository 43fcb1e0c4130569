import type { Credentials as StsCredentials } from "#aws/sts"
import { z } from "zod"
import { defined } from "../platform/defined.ts"
import { messageOf, refused } from "../platform/failure.ts"
import { connect, type AwsConfig, type AwsKeys } from "./clients.ts"
import { refusal } from "./caller.ts"

/** What a job of a GitHub workflow with `permissions: id-token: write` can exchange for AWS credentials. */
interface WebIdentity {
  /** ACTIONS_ID_TOKEN_REQUEST_URL */
  requestUrl: string
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN */
  requestToken: string
  /** The role to assume, which trusts the repository; AWS_ROLE_ARN */
  roleArn: string
}

/** The environment variables that credentials are chosen from. */
export const credentialVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_ROLE_ARN",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
] as const

/** What the caller has set of them; an absent value is not set. */
export type CredentialValues = Partial<Record<(typeof credentialVariables)[number], string>>

export type Credentials = NonNullable<AwsConfig["credentials"]>

/** In milliseconds */
const requestTimeout = 10_000

const idTokenAnswer = z.object({ value: z.string().min(1) })

/**
 * Chooses the credentials: an access key where there is one, otherwise the job's ID token; either is exchanged for those of
 * the role, where one is named. Undefined where there is neither. Refuses halves, and names the variable that is missing.
 */
export async function chooseCredentials(
  given: CredentialValues,
  { region, endpoint }: Pick<AwsConfig, "region" | "endpoint">,
): Promise<Credentials | undefined> {
  const values = trimmed(given)
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_ROLE_ARN: roleArn } = values
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = values
  if (accessKeyId || secretAccessKey) {
    if (!accessKeyId) throw missing("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY is set without it.")
    if (!secretAccessKey) throw missing("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID is set without it.")
    const key = defined({ accessKeyId, secretAccessKey, sessionToken: values.AWS_SESSION_TOKEN })
    return roleArn ? renewing(() => assume(roleArn, { region, endpoint, credentials: key })) : key
  }
  if (!requestUrl || !requestToken) return undefined
  if (!roleArn) throw missing("AWS_ROLE_ARN", "It names the role that the workflow's ID token is exchanged for.")
  return renewing(() => exchange({ requestUrl, requestToken, roleArn }, { region, endpoint }))
}

/** Web forms add line breaks and blanks at the ends, which no value has of its own. */
const trimmed = (values: CredentialValues): CredentialValues =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]))

/** A session is renewed where less of it is left, in milliseconds: more than any one request takes, and the SDK's own five minutes. */
const renewedBefore = 10 * 60_000

/**
 * A session that is asked for anew before it ends: a deploy's worst case is longer than an hour, which is all that AWS gives by
 * default. Asks once before it returns, so that what is refused is refused at once.
 */
async function renewing(ask: () => Promise<AwsKeys>): Promise<Credentials> {
  let asked = ask()
  await asked
  return async () => {
    const known = asked
    const { expiration } = await known
    const isEnding = expiration && expiration.getTime() - Date.now() < renewedBefore
    if (isEnding && asked === known) asked = ask()
    return asked
  }
}

/** Refuses because a variable is not set. */
export function missing(variable: string, why: string) {
  return refused(`${variable} is not set.`, why, `Set it: export ${variable}=… , or env: ${variable}: … in a workflow.`)
}

/** Asks GitHub for an ID token, and AWS for the credentials of the role, valid for an hour. The job may ask again. */
async function exchange(
  { requestUrl, requestToken, roleArn }: WebIdentity,
  config: Pick<AwsConfig, "region" | "endpoint">,
): Promise<AwsKeys> {
  const token = await requestIdToken(requestUrl, requestToken)
  // The call is not signed; the SDK wants credentials all the same.
  const sts = await connect({ ...config, credentials: { accessKeyId: "none", secretAccessKey: "none" } }).sts()
  const answer = await sts
    .assumeRoleWithWebIdentity({ RoleArn: roleArn, RoleSessionName: sessionOf(token), WebIdentityToken: token })
    .catch((error) => {
      throw refusal(error, config.endpoint, [
        `AWS does not let this workflow assume ${roleArn}`,
        "Check that the role trusts the repository and the job's environment (infra/environment/iam-trust.tf), by name or by ID.",
      ])
    })
  return credentialsOf(answer.Credentials!)
}

/** Assumes a role with an access key, such as that of the user cat-house-deployer, who may do nothing else. */
async function assume(roleArn: string, config: AwsConfig): Promise<AwsKeys> {
  const sts = await connect(config).sts()
  const answer = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName: sessionName }).catch((error) => {
    throw refusal(error, config.endpoint, [
      `AWS does not let these credentials assume ${roleArn}`,
      "Check AWS_ROLE_ARN; without it the access key itself is used. Production's role asks for a second factor (infra/README.md).",
    ])
  })
  return credentialsOf(answer.Credentials!)
}

const sessionName = "cat-house"

const workflowClaims = z.object({ actor: z.string(), run_id: z.string() })

/** Names whoever started a workflow, and its run: AWS's logs, the environment's lock and its records then tell them. */
function sessionOf(token: string): string {
  const [, payload = ""] = token.split(".")
  try {
    const { actor, run_id } = workflowClaims.parse(JSON.parse(Buffer.from(payload, "base64url").toString()))
    return `${actor.replace(/[^\w+=,.@-]/g, "-").slice(0, 40)}@run-${run_id}`.slice(0, 64)
  } catch {
    return sessionName
  }
}

const credentialsOf = ({ AccessKeyId, SecretAccessKey, SessionToken, Expiration }: StsCredentials): AwsKeys => ({
  accessKeyId: AccessKeyId!,
  secretAccessKey: SecretAccessKey!,
  sessionToken: SessionToken!,
  ...(Expiration && { expiration: Expiration }),
})

async function requestIdToken(requestUrl: string, requestToken: string): Promise<string> {
  try {
    const url = new URL(requestUrl)
    url.searchParams.set("audience", "sts.amazonaws.com")
    const headers = { authorization: `Bearer ${requestToken}` }
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(requestTimeout) })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    return idTokenAnswer.parse(await response.json()).value
  } catch (error) {
    throw refused(
      `GitHub gave no ID token: ${error instanceof z.ZodError ? "its answer has no value" : messageOf(error)}`,
      "Give the job the permission id-token: write.",
    )
  }
}
