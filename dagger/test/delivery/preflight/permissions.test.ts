import { expect, test } from "vitest"
import { missingPermissions, principalOf } from "../../../delivery/preflight/permissions.ts"
import { stage, silent } from "../stage.ts"

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

test("a root caller is told that nothing was checked", async () => {
  const { target, progress, lines } = await stage()
  target.caller = { account: "000000000000", arn: "arn:aws:iam::000000000000:root" }
  expect(await missingPermissions(target, progress)).toEqual([])
  expect(lines).toEqual([expect.stringMatching(/^permissions: not checked/)])
})
