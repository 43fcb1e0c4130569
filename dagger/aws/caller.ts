import { messageOf, refused, type Failure } from "../platform/failure.ts"
import type { Aws } from "./clients.ts"

/** Who calls AWS. */
export interface Caller {
  account: string
  /** Of a user, of an assumed role, or of the account's root */
  arn: string
}

/** Asks AWS who we are. Refuses where nobody answers, and where the credentials are not valid. */
export async function identify(aws: Aws, endpoint?: string): Promise<Caller> {
  const sts = await aws.sts()
  try {
    const { Account, Arn } = await sts.getCallerIdentity({})
    return { account: Account!, arn: Arn! }
  } catch (error) {
    const name = (error as Error).name
    if (name === "CredentialsProviderError") {
      throw refused(
        "there are no AWS credentials.",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where they are temporary).",
        "In a GitHub workflow, give the job the permission id-token: write, and AWS_ROLE_ARN.",
      )
    }
    throw refusal(error, endpoint, [
      "AWS does not accept the credentials",
      "Look whether they have expired, and at aws sts get-caller-identity.",
    ])
  }
}

/** Why AWS's STS could not be used: it said no, which `no` is about (what is so, and what to do), or nobody answered. */
export function refusal(error: unknown, endpoint: string | undefined, no: [string, string]): Failure {
  const answered = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (answered) return refused(`${no[0]}: ${messageOf(error)}`, no[1])
  return refused(
    `AWS${endpoint ? ` at ${endpoint}` : ""} does not answer: ${messageOf(error)}`,
    "Check the network, and --aws-endpoint or AWS_ENDPOINT_URL where one is set.",
  )
}
