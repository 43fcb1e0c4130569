import type { EvaluationResult, SimulatePrincipalPolicyRequest, SimulatePrincipalPolicyCommandOutput } from "#aws/iam"
import { expect, test } from "vitest"
import { missingPermissions, principalOf } from "../../../delivery/preflight/permissions.ts"
import { createDistribution, functionNameOf } from "../../../local-cloud/provision.ts"
import { readFunction } from "../../../local-cloud/distribution.ts"
import { intercept, stage, silent } from "../stage.ts"

test.each([
  ["a user", "arn:aws:iam::123456789012:user/cat", "arn:aws:iam::123456789012:user/cat"],
  ["an assumed role", "arn:aws:sts::123456789012:assumed-role/cat/session", "arn:aws:iam::123456789012:role/cat"],
  ["the account's root", "arn:aws:iam::123456789012:root", undefined],
  ["a federated user", "arn:aws:sts::123456789012:federated-user/cat", undefined],
])("%s is asked about by whose policies count", (_, arn, principal) => expect(principalOf(arn)).toBe(principal))

test("what a user's policies do not allow is named with its resource, and nothing that they do", async () => {
  const { target } = await stage()
  const iam = await target.aws.iam()
  await iam.createUser({ UserName: "half" })
  const Statement = [{ Effect: "Allow", Action: ["ecs:*", "ecr:*", "iam:PassRole", "s3:*"], Resource: "*" }]
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.putUserPolicy({ UserName: "half", PolicyName: "half", PolicyDocument })
  target.caller = { account: "000000000000", arn: "arn:aws:iam::000000000000:user/half" }
  const missing = await missingPermissions(target, silent)
  expect(missing.length).toBeGreaterThanOrEqual(2)
  for (const line of missing) {
    expect(line).toMatch(
      /^secretsmanager:\w+ on arn:aws:secretsmanager:\S+ is denied to arn:aws:iam::0{12}:user\/half\.$/,
    )
  }
})

test("whoever may not write the website's routes is told of it before anything changes", async () => {
  const { target } = await stage()
  const bucket = target.infrastructure.deploymentsBucket
  const distribution = await createDistribution(target.aws, bucket, await readFunction())
  target.infrastructure.site = { bucket, distribution, url: "https://site" }
  const iam = await target.aws.iam()
  await iam.createUser({ UserName: "no-routes" })
  const Statement = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "cloudfront:PublishFunction", Resource: "*" },
  ]
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.putUserPolicy({ UserName: "no-routes", PolicyName: "no-routes", PolicyDocument })
  target.caller = { account: "000000000000", arn: "arn:aws:iam::000000000000:user/no-routes" }
  const routes = `arn:aws:cloudfront::000000000000:function/${functionNameOf(bucket)}`
  expect(await missingPermissions(target, silent)).toEqual([
    `cloudfront:PublishFunction on ${routes} is denied to ${target.caller.arn}.`,
  ])
})

test("a root caller is told that nothing was checked", async () => {
  const { target, progress, lines } = await stage()
  target.caller = { account: "000000000000", arn: "arn:aws:iam::000000000000:root" }
  expect(await missingPermissions(target, progress)).toEqual([])
  expect(lines).toEqual([expect.stringMatching(/^permissions: not checked/)])
})

/** Puts IAM's answers in place of the emulator's, which knows no organization, no context and no pages. */
async function simulated(...pages: Omit<SimulatePrincipalPolicyCommandOutput, "$metadata">[]) {
  const { target, progress, lines } = await stage()
  target.caller = { account: "123456789012", arn: "arn:aws:iam::123456789012:role/deployer" }
  const asked: SimulatePrincipalPolicyRequest[] = []
  const answer = (Marker: unknown) => pages[Number(Marker ?? 0)] as Record<string, unknown>
  await intercept(
    target,
    async (_called, _next, input) => {
      asked.push(input as unknown as SimulatePrincipalPolicyRequest)
      return answer(input.Marker)
    },
    "iam",
  )
  return { missing: await missingPermissions(target, progress), lines, asked }
}

const denied = (EvalResourceName: string, others: Partial<EvaluationResult> = {}): EvaluationResult => ({
  EvalActionName: "ecs:UpdateService",
  EvalResourceName,
  EvalDecision: "implicitDeny",
  ...others,
})

test("what a policy asks of a call is told with it: its region, its cluster, and whom a role is passed to", async () => {
  const { asked } = await simulated({ EvaluationResults: [] })
  const contextOf = (action: string) => {
    const { ContextEntries = [] } = asked.find(({ ActionNames }) => ActionNames!.includes(action))!
    return Object.fromEntries<string>(
      ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName!, ContextKeyValues!.join()]),
    )
  }
  const others = {
    "ecs:cluster": "arn:aws:ecs:sa-east-1:123456789012:cluster/cluster",
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  }
  expect(contextOf("ecs:UpdateService")).toEqual({ "aws:RequestedRegion": "sa-east-1", ...others })
  expect(contextOf("iam:PassRole")).toEqual({ "aws:RequestedRegion": "us-east-1", ...others })
})

test("of an answer for several resources, those that are denied are told", async () => {
  const one = (name: string, EvalResourceDecision: "allowed" | "explicitDeny") => ({
    EvalResourceName: name,
    EvalResourceDecision,
  })
  const ResourceSpecificResults = [one("arn:auth", "allowed"), one("arn:proxy", "explicitDeny")]
  const { missing } = await simulated({ EvaluationResults: [denied("*", { ResourceSpecificResults })] })
  expect(missing).toEqual(["ecs:UpdateService on arn:proxy is denied to arn:aws:iam::123456789012:role/deployer."])
})

test("a denial on a later page is not missed", async () => {
  const { missing } = await simulated(
    { EvaluationResults: [denied("arn:first")], IsTruncated: true, Marker: "1" },
    { EvaluationResults: [denied("arn:second")], IsTruncated: false },
  )
  expect(missing).toHaveLength(2)
  expect(missing[1]).toContain("arn:second")
})

test("what the organization denies is told, and does not refuse a deploy", async () => {
  const OrganizationsDecisionDetail = { AllowedByOrganizations: false }
  const own = { OrganizationsDecisionDetail: { AllowedByOrganizations: true } }
  const { missing, lines } = await simulated({
    EvaluationResults: [denied("arn:theirs", { OrganizationsDecisionDetail }), denied("arn:own", own)],
  })
  expect(missing).toEqual(["ecs:UpdateService on arn:own is denied to arn:aws:iam::123456789012:role/deployer."])
  expect(lines).toEqual([
    "permissions: ecs:UpdateService on arn:theirs is denied by the organization, as far as a simulation can tell.",
  ])
})
