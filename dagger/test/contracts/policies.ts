import { runSimulation } from "@cloud-copilot/iam-simulate"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { account } from "../../local-cloud/ministack.ts"
import type { Resource } from "../infra/quotas.ts"
import { terraformIn } from "../infra/terraform.ts"
import { runFolder } from "../run-folder.ts"
import type { IamRequest } from "./iam-requests.ts"

/** A role, with the policies that Terraform gave it. */
export interface Role {
  arn: string
  policies: Policy[]
}

export interface Policy {
  Version: string
  Statement: Statement[]
}

interface Statement {
  Sid?: string
  Effect: "Allow" | "Deny"
  Action?: string | string[]
  NotAction?: string[]
  Resource: string | string[]
  Condition?: Record<string, Record<string, string | string[]>>
}

const fileOf = (environment: string): string => join(process.env[runFolder]!, `terraform-${environment}.json`)

/** Keeps what Terraform has made of an environment, for the tests that come last; nothing where no tests run. */
export async function keepApplied(environment: string, folder: string): Promise<void> {
  if (!process.env[runFolder]) return
  await writeFile(fileOf(environment), await terraformIn(folder, "environment", ["show", "-json"]))
}

/** The roles that Terraform has made for an environment, by name: `cat-house-staging-deployer`. */
export async function rolesOf(environment: string): Promise<Map<string, Role>> {
  const state = JSON.parse(await readFile(fileOf(environment), "utf8")) as {
    values: { root_module: { resources: Resource[] } }
  }
  const { resources } = state.values.root_module
  const of = (type: string) => resources.filter((resource) => resource.type === type).map(({ values }) => values)
  const attached = of("aws_iam_role_policy_attachment")
  if (attached.length > 0) throw new Error("A role has a policy of AWS's own, which is not evaluated here.")
  return new Map(
    of("aws_iam_role").map((role) => {
      const own = of("aws_iam_role_policy").filter(({ role: id }) => id === role.name)
      const policies = own.map(({ policy }) => JSON.parse(String(policy)) as Policy)
      return [String(role.name), { arn: String(role.arn), policies }]
    }),
  )
}

const everything: Policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }

/** What people keep their accounts to some regions by; services that have no region of their own are exempt. */
export const denyOtherRegions = (region: string): Policy => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      NotAction: ["cloudfront:*", "iam:*", "sts:*"],
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": [region] } },
    },
  ],
})

/** Whether IAM lets a role do it, under the policies of an organization. Throws where the question itself is wrong. */
export async function isAllowed(
  { arn, policies }: Role,
  { action, resource, context }: IamRequest,
  ofOrganization: Policy[] = [],
): Promise<boolean> {
  const named = (name: string, some: Policy[]) => some.map((policy, index) => ({ name: `${name}-${index}`, policy }))
  const answer = await runSimulation(
    {
      request: { principal: arn, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: named("own", policies),
      serviceControlPolicies: [{ orgIdentifier: "root", policies: named("scp", [everything, ...ofOrganization]) }],
      resourceControlPolicies: [],
    },
    {},
  )
  if (answer.resultType === "error") throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`)
  return answer.overallResult === "Allowed"
}

/** The actions that a role is allowed, as its policies write them, with the statement's name. */
export function allowedActions({ policies }: Role): { sid: string; action: string }[] {
  return policies
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Sid = "", Action = [] }) => [Action].flat().map((action) => ({ sid: Sid, action })))
}
