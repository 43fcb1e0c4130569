import { beforeAll, describe, expect, test } from "vitest"
import { terraform } from "../infra/terraform.ts"
import { printAtTheEnd } from "../run-folder.ts"
import { problemsOfRequest } from "./check-requests.ts"
import { iamRequests, startOfTask, type IamRequest } from "./iam-requests.ts"
import { allowedActions, denyOtherRegions, isAllowed, rolesOf, type Role } from "./policies.ts"
import { reasons, sometimes } from "./reasons.ts"
import { recordedRequests, type RecordedRequest } from "./requests.ts"

/** The test files whose commands deploy, each with operations that it has to have asked for: nothing is checked silently. */
const deploying: Record<string, string[]> = {
  cli: ["ECS UpdateService", "S3 PutObject", "CloudFront CreateInvalidation"],
  killed: ["SecretsManager PutSecretValue", "ECS RunTask"],
  promotion: ["ECR PutImage", "IAM SimulatePrincipalPolicy", "SecretsManager UpdateSecretVersionStage"],
  staging: ["ECS DescribeServiceRevisions", "CloudWatchLogs FilterLogEvents", "Registry PUT manifests"],
}

/** What the tests ask for on purpose that is not there, and that no role has to be allowed. */
const nowhere = /no-such-|E0000000000000|:us-east-1:/

/** The tests have the local load balancer check sooner than AWS's would, so as not to wait for it. */
const impatient = /HealthCheckIntervalSeconds: Value '1'/

/** A plan asks for a secret's value where a new one was given, and does without where it may not read it: a planner may not. */
const doneWithout = ({ action }: IamRequest, role: string): boolean =>
  role.endsWith("-planner") && action === "secretsmanager:GetSecretValue"

const nameOf = ({ service, operation }: RecordedRequest): string => `${service} ${operation}`

// Runs last, of its own group, once the commands of all other tests have left what they asked of AWS.
describe.skipIf(terraform.missing)("what the commands of all tests asked of AWS", () => {
  const requests: RecordedRequest[] = []
  const roles = new Map<string, Role>()
  const counts = { operations: 0, requests: 0, evaluated: 0, allowed: 0, unused: 0 }

  beforeAll(async () => {
    const byFile = await recordedRequests()
    for (const [file, operations] of Object.entries(deploying)) {
      const asked = byFile.get(file)
      if (!asked)
        throw new Error(`No request of ${file}.integration.test.ts was recorded. This file follows a whole npm test.`)
      expect(asked.map(nameOf), file).toEqual(expect.arrayContaining(operations))
    }
    requests.push(...[...byFile.values()].flat())
    counts.requests = requests.length
    counts.operations = new Set(requests.map(nameOf)).size
    for (const environment of ["staging", "production"])
      for (const [name, role] of await rolesOf(environment)) roles.set(name, role)
    return () => printAtTheEnd("contracts", figures())
  })

  test("is as AWS's models of its services have it", () => {
    const ofServices = requests.filter(({ service }) => service !== "Registry")
    expect(new Set(ofServices.flatMap(problemsOfRequest).filter((problem) => !impatient.test(problem)))).toEqual(
      new Set(),
    )
  })

  /** What each role was used for, without what was asked for on purpose. */
  const usesOf = (name: string): IamRequest[] => {
    const { arn } = roles.get(name)!
    const own = requests.filter(({ role, service }) => role === arn && service !== "STS").flatMap(iamRequests)
    const started = name.endsWith("-execution") ? requests.flatMap((request) => startOfTask(arn, request)) : []
    const all = [...own, ...started].filter((use) => !nowhere.test(use.resource) && !doneWithout(use, name))
    return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
  }

  const used = ["deployer", "planner", "execution"].flatMap((kind) => [`staging-${kind}`, `production-${kind}`])

  describe.each(used.filter((name) => name !== "staging-planner").map((name) => `cat-house-${name}`))("%s", (name) => {
    test.each([
      ["its policies allow", []],
      ["its policies allow where an organization denies other regions", [denyOtherRegions("sa-east-1")]],
    ])("%s all that was asked for", async (_, organization) => {
      const uses = usesOf(name)
      expect(uses.length).toBeGreaterThan(5)
      const denied: string[] = []
      for (const use of uses)
        if (!(await isAllowed(roles.get(name)!, use, organization))) denied.push(`${use.action} on ${use.resource}`)
      counts.evaluated += uses.length
      expect(denied).toEqual([])
    })
  })

  test.each(["deployer", "planner", "execution"])(
    "a %s is allowed nothing that nobody asks for, without a reason",
    (kind) => {
      const own = ["staging", "production"].map((environment) => `cat-house-${environment}-${kind}`)
      const asked = new Set(own.flatMap(usesOf).map(({ action }) => action))
      const allowed = own.flatMap((name) => allowedActions(roles.get(name)!))
      const unused = allowed.filter(({ action }) => ![...asked].some((one) => matches(action, one)))
      counts.allowed += new Set(allowed.map(({ action }) => action)).size
      counts.unused += new Set(unused.map(({ action }) => action)).size
      const given = reasons[kind]!
      const without = unused.filter(({ sid, action }) => !given[sid] && !given[action])
      expect(new Set(without.map(({ sid, action }) => `${sid}: ${action}`))).toEqual(new Set())
      const needless = Object.keys(given).filter(
        (key) => !sometimes.includes(key) && !unused.some(({ sid, action }) => [sid, action].includes(key)),
      )
      expect(needless, "reasons for what is asked for, or not allowed any more").toEqual([])
    },
  )

  test("the role of the tasks themselves is allowed nothing", () => {
    for (const environment of ["staging", "production"])
      expect(roles.get(`cat-house-${environment}-task`)).toMatchObject({ policies: [] })
  })

  test("a role that lacks a permission, and a region that the organization denies, are found", async () => {
    const name = "cat-house-staging-deployer"
    const use = usesOf(name).find(({ action }) => action === "ecs:UpdateService")!
    const role = roles.get(name)!
    expect(await isAllowed(role, use)).toBe(true)
    expect(await isAllowed({ ...role, policies: [] }, use)).toBe(false)
    expect(await isAllowed(role, { ...use, resource: use.resource.replace("staging", "production") })).toBe(false)
    expect(await isAllowed(role, use, [denyOtherRegions("us-east-1")])).toBe(false)
  })

  const figures = (): string[] => [
    `AWS's contracts: ${counts.requests} requests of ${counts.operations} operations checked against AWS's models,`,
    `  ${counts.evaluated} evaluated by IAM's rules; roles are allowed ${counts.allowed} actions, of which ${counts.unused} are kept for a reason`,
  ]
})

/** Whether an action of a policy, which may have wildcards, is this one. */
function matches(pattern: string, action: string): boolean {
  return new RegExp(`^${pattern.replace(/[.]/g, "\\.").replace(/\*/g, ".*")}$`, "i").test(action)
}
