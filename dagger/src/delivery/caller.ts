import { messageOf, refused } from "../outcome.ts"
import type { Aws } from "./aws.ts"

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
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode) {
      throw refused(
        `AWS does not accept the credentials: ${messageOf(error)}`,
        "Look whether they have expired, and at aws sts get-caller-identity.",
      )
    }
    throw refused(
      `AWS${endpoint ? ` at ${endpoint}` : ""} does not answer: ${messageOf(error)}`,
      "Check the network, and --aws-endpoint or AWS_ENDPOINT_URL where one is set.",
    )
  }
}
