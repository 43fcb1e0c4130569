import type { SecretName } from "../../platform/manifest.ts"
import type { Running } from "../ecs/services.ts"
import { secretsIn, type SecretReferences } from "../ecs/task-definition.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"
import type { PlannedSecret } from "./plan.ts"

/** A secret's version: its id in Secrets Manager. */
export type SecretVersions = Record<SecretName, string | undefined>

/** The label of the secrets' versions that a deployment wrote; a version without a label is deleted by AWS at some time. */
export const deploymentLabel = (deployment: number): string => `deploy-${deployment}`

const isDeploymentLabel = (stage: string): boolean => /^deploy-\d+$/.test(stage)

/** The versions as task definitions name them. */
export function referencesTo(planned: PlannedSecret[], versions: SecretVersions): SecretReferences {
  return Object.fromEntries(planned.map(({ name, arn }) => [name, referenceTo(arn, versions[name]!)]))
}

/** A version as a task definition names it. */
export const referenceTo = (arn: string, version: string): string => `${arn}:::${version}`

/** Makes the versions that a deployment runs with the current ones. Undone by making the former ones current again. */
export async function promoteSecrets(
  target: Target,
  planned: PlannedSecret[],
  { versions, number }: { versions: SecretVersions; number: number },
  undo: Undo,
): Promise<void> {
  for (const { name, arn } of planned) {
    const version = versions[name]!
    const stages = await stagesOf(target, arn)
    const current = currentIn(stages)
    if (current !== version) {
      undo.withdraw("secrets", `${name} keeps the new value as the current one`, async () => {
        if (current === undefined || currentIn(await stagesOf(target, arn)) !== version) return
        await moveLabel(target, arn, "AWSCURRENT", current, version)
      })
      await moveLabel(target, arn, "AWSCURRENT", version, current)
    }
    // A value that was set by hand has no label, and would be deleted once it is no longer the current one.
    if (!stages.get(version)?.some(isDeploymentLabel)) await moveLabel(target, arn, deploymentLabel(number), version)
  }
}

const currentIn = (stages: Map<string, string[]>): string | undefined =>
  [...stages].find(([, names]) => names.includes("AWSCURRENT"))?.[0]

async function moveLabel(target: Target, arn: string, label: string, to?: string, from?: string): Promise<void> {
  const secrets = await target.aws.secrets()
  await secrets.updateSecretVersionStage({
    SecretId: arn,
    VersionStage: label,
    MoveToVersionId: to,
    RemoveFromVersionId: from,
  })
}

/** The secrets' versions that services run with. */
export const secretsInUse = (running: Running[]): Set<string> =>
  new Set(running.flatMap(({ definition }) => Object.values(secretsIn(definition))))

/** Takes the labels off versions that no deployment of the history runs with, so that AWS may delete them. */
export async function forgetSecrets(target: Target, planned: PlannedSecret[], kept: SecretVersions[]): Promise<void> {
  const secrets = await target.aws.secrets()
  for (const { name, arn } of planned) {
    const wanted = new Set(kept.map((versions) => versions[name]))
    for (const [version, stages] of await stagesOf(target, arn)) {
      if (wanted.has(version) || stages.includes("AWSCURRENT")) continue
      for (const VersionStage of stages.filter(isDeploymentLabel))
        await secrets.updateSecretVersionStage({ SecretId: arn, VersionStage, RemoveFromVersionId: version })
    }
  }
}

/** The secrets whose versions Secrets Manager does not keep any more, by name. */
export async function missingVersions(target: Target, versions: SecretVersions): Promise<string[]> {
  const missing: string[] = []
  for (const [name, version] of Object.entries(versions)) {
    const arn = target.infrastructure.secrets[name]
    const stages = arn === undefined ? undefined : await stagesOf(target, arn)
    if (version && !stages?.get(version)?.length) missing.push(name)
  }
  return missing
}

/** The version that is current, without its value. */
export async function currentVersion(target: Target, arn: string): Promise<string | undefined> {
  return currentIn(await stagesOf(target, arn))
}

/** All versions of a secret, with their labels. */
export async function stagesOf(target: Target, arn: string): Promise<Map<string, string[]>> {
  const secrets = await target.aws.secrets()
  const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId: arn })
  return new Map(Object.entries(VersionIdsToStages))
}
