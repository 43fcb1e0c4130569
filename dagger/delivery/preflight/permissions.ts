import type { EvaluationResult } from "#aws/iam"
import { messageOf } from "../../platform/failure.ts"
import { requireEnvironment } from "../../platform/environments.ts"
import type { Progress } from "../../platform/progress.ts"
import { repositoryOf } from "../../platform/manifest.ts"
import { functionOf } from "../site/function.ts"
import type { Target } from "../target.ts"

/** Actions, and the resources of each of them */
interface Needed {
  actions: string[]
  resources: string[]
}

/**
 * What a deploy does to AWS, by the resources that it does it to. What it only reads fails by itself, before any of this, and
 * RunTask before anything serves: its condition is the cluster, which emulators leave out of a simulation.
 */
async function needed({ platform, environment, infrastructure, caller, aws }: Target): Promise<Needed[]> {
  const { region, services } = platform
  const { cluster, roles, site, deploymentsBucket, secrets } = infrastructure
  const account = caller!.account
  const { strategy, bakeSeconds } = requireEnvironment(platform, environment)
  const shifts = strategy.type !== "rolling"
  const passed = [roles.execution, roles.task, ...(shifts && roles.loadBalancing ? [roles.loadBalancing] : [])]
  const ecs = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`
  const cloudfront = (resource: string) => `arn:aws:cloudfront::${account}:${resource}`
  const routes = site && (await functionOf(await aws.cloudfront(), site.distribution))
  return [
    { actions: ["ecs:RegisterTaskDefinition", "ecr:GetAuthorizationToken"], resources: ["*"] },
    { actions: ["ecs:UpdateService"], resources: services.map(({ name }) => ecs(`service/${cluster}/${name}`)) },
    {
      actions: ["ecs:StopServiceDeployment"],
      resources: services.map(({ name }) => ecs(`service-deployment/${cluster}/${name}/*`)),
    },
    ...(bakeSeconds > 0
      ? [{ actions: ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"], resources: ["*"] }]
      : []),
    { actions: ["iam:PassRole"], resources: passed },
    {
      actions: ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"],
      resources: services.map(
        ({ name }) => `arn:aws:ecr:${region}:${account}:repository/${repositoryOf(platform, name)}`,
      ),
    },
    {
      actions: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      resources: Object.values(secrets),
    },
    {
      actions: ["s3:PutObject"],
      resources: [deploymentsBucket, site?.bucket].flatMap((name) => (name ? [`arn:aws:s3:::${name}/*`] : [])),
    },
    { actions: ["s3:GetObject", "s3:DeleteObject"], resources: [`arn:aws:s3:::${deploymentsBucket}/locks/*`] },
    ...(site
      ? [{ actions: ["cloudfront:CreateInvalidation"], resources: [cloudfront(`distribution/${site.distribution}`)] }]
      : []),
    ...(routes
      ? [
          {
            actions: ["cloudfront:UpdateFunction", "cloudfront:PublishFunction"],
            resources: [cloudfront(`function/${routes}`)],
          },
        ]
      : []),
  ]
}

/** One action on one resource, as IAM's simulation judged it */
interface Judgement {
  action: string
  resource: string
  allowed: boolean
  /** By the organization's service control policies, which come before the principal's own */
  deniedByOrganization: boolean
}

/**
 * Which permissions a role or user lacks for a deploy, by default the caller, a line each, as IAM itself simulates them. A line
 * in the report says what was not checked (where the caller may not ask, or is the account's root), and what the organization
 * denies: its policies may ask for more than a simulation knows, so that only the call itself shows whether they do.
 */
export async function missingPermissions(
  target: Target,
  progress: Progress,
  principal = principalOf(target.caller!.arn),
): Promise<string[]> {
  if (!principal) {
    progress.line("permissions", "not checked: the caller is the account's root, or a federated user")
    return []
  }
  try {
    const judged = await Promise.all((await needed(target)).map((asked) => simulate(target, principal, asked)))
    const denied = judged.flat().filter(({ allowed }) => !allowed)
    const linesOf = (some: Judgement[], by: string) => [
      ...new Set(some.map(({ action, resource }) => `${action} on ${resource} is denied ${by}.`)),
    ]
    const byOrganization = denied.filter(({ deniedByOrganization }) => deniedByOrganization)
    for (const line of linesOf(byOrganization, "by the organization, as far as a simulation can tell"))
      progress.line("permissions", line)
    return linesOf(
      denied.filter(({ deniedByOrganization }) => !deniedByOrganization),
      `to ${principal}`,
    )
  } catch (error) {
    progress.line("permissions", `not checked: ${messageOf(error)}`)
    return []
  }
}

async function simulate(
  { aws, platform, infrastructure, caller }: Target,
  principal: string,
  { actions, resources }: Needed,
): Promise<Judgement[]> {
  const { paginateSimulatePrincipalPolicy } = await import("#aws/iam")
  const isGlobal = actions.some((action) => /^(cloudfront|iam):/.test(action))
  // What a real call brings along, and policies ask for: a role's own, and those that keep an account to some regions.
  const context = {
    "aws:RequestedRegion": isGlobal ? "us-east-1" : platform.region,
    "ecs:cluster": `arn:aws:ecs:${platform.region}:${caller!.account}:cluster/${infrastructure.cluster}`,
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  }
  const pages = paginateSimulatePrincipalPolicy(
    { client: await aws.iam() },
    {
      PolicySourceArn: principal,
      ActionNames: actions,
      ResourceArns: resources,
      ContextEntries: Object.entries(context).map(([name, value]) => ({
        ContextKeyName: name,
        ContextKeyType: "string",
        ContextKeyValues: [value],
      })),
    },
  )
  const results: EvaluationResult[] = []
  for await (const { EvaluationResults = [] } of pages) results.push(...EvaluationResults)
  return results.flatMap(judgementsOf)
}

/** AWS tells of several resources below one result, whose own decision is that of all of them together. */
function judgementsOf(result: EvaluationResult): Judgement[] {
  const { EvalActionName: action = "", EvalResourceName = "*", EvalDecision, ResourceSpecificResults = [] } = result
  const deniedByOrganization = result.OrganizationsDecisionDetail?.AllowedByOrganizations === false
  const each =
    ResourceSpecificResults.length > 0
      ? ResourceSpecificResults.map((one) => [one.EvalResourceName ?? "*", one.EvalResourceDecision] as const)
      : [[EvalResourceName, EvalDecision] as const]
  return each.map(([resource, decision]) => ({
    action,
    resource,
    allowed: decision === "allowed",
    deniedByOrganization,
  }))
}

/** The user or role whose policies count; an assumed role's session names its role. */
export function principalOf(arn: string): string | undefined {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  if (role) return `arn:aws:iam::${account}:role/${role}`
  return /^arn:aws:iam::\d+:(user|role)\//.test(arn) ? arn : undefined
}
