import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { repositoryOf } from "../../platform/manifest.ts"
import { type Target } from "../target.ts"

/**
 * What a deploy does to AWS, by the resources that it does it to. What it only reads fails by itself, before any of this;
 * RunTask is allowed by its cluster, which a simulation does not know, and fails before anything serves.
 */
function needed({ platform, infrastructure, caller }: Target): { actions: string[]; resources: string[] }[] {
  const { region, services } = platform
  const { cluster, roles, site, deploymentsBucket, secrets } = infrastructure
  const account = caller!.account
  const ecs = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`
  return [
    { actions: ["ecs:RegisterTaskDefinition", "ecr:GetAuthorizationToken"], resources: ["*"] },
    { actions: ["ecs:UpdateService"], resources: services.map(({ name }) => ecs(`service/${cluster}/${name}`)) },
    {
      actions: ["ecs:StopServiceDeployment"],
      resources: services.map(({ name }) => ecs(`service-deployment/${cluster}/${name}/*`)),
    },
    { actions: ["iam:PassRole"], resources: [roles.execution, roles.task] },
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
      ? [
          {
            actions: ["cloudfront:CreateInvalidation"],
            resources: [`arn:aws:cloudfront::${account}:distribution/${site.distribution}`],
          },
        ]
      : []),
  ]
}

/**
 * Which permissions a role or user lacks for a deploy, by default the caller, a line each, as IAM itself simulates them. Where
 * the caller may not ask, or is the account's root, a line in the report says that they were not checked.
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
  const iam = await target.aws.iam()
  const denied = needed(target).map(async ({ actions, resources }) => {
    const answer = await iam.simulatePrincipalPolicy({
      PolicySourceArn: principal,
      ActionNames: actions,
      ResourceArns: resources,
    })
    return (answer.EvaluationResults ?? [])
      .filter(({ EvalDecision }) => EvalDecision !== "allowed")
      .map(
        ({ EvalActionName, EvalResourceName }) => `${EvalActionName} on ${EvalResourceName} is denied to ${principal}.`,
      )
  })
  try {
    return [...new Set((await Promise.all(denied)).flat())]
  } catch (error) {
    progress.line("permissions", `not checked: ${messageOf(error)}`)
    return []
  }
}

/** The user or role whose policies count; an assumed role's session names its role. */
export function principalOf(arn: string): string | undefined {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  if (role) return `arn:aws:iam::${account}:role/${role}`
  return /^arn:aws:iam::\d+:(user|role)\//.test(arn) ? arn : undefined
}
