import { messageOf } from "../../platform/failure.ts"
import { secretNames, type Platform, type SecretName } from "../../platform/manifest.ts"
import type { Target } from "../target.ts"
import { variableOf, type SecretValues } from "./values.ts"

/** What a deploy does to a secret: `write` is the new value, absent where the current one stays. */
export interface PlannedSecret {
  name: SecretName
  arn: string
  /** Version id of AWSCURRENT, which is what the last deployment that succeeded runs with */
  current?: string | undefined
  write?: string | undefined
}

/** The secrets that services run with. */
export const usedSecrets = ({ services }: Platform): SecretName[] =>
  secretNames.filter((name) => services.some(({ secrets }) => secrets.includes(name)))

/** Compares the values given with those in Secrets Manager. `problems` names what is missing, in full and with the way to set it. */
export async function planSecrets(
  target: Target,
  values: SecretValues,
): Promise<{ planned: PlannedSecret[]; problems: string[] }> {
  const problems: string[] = []
  const planned = usedSecrets(target.platform).map(async (name): Promise<PlannedSecret[]> => {
    const arn = target.infrastructure.secrets[name]
    const given = values[name]
    const stored = await readCurrent(target, arn).catch((error) => {
      problems.push(`secret ${name}: secretsmanager:GetSecretValue: ${messageOf(error)}`)
    })
    if (stored === undefined) return []
    if (given === undefined && stored.value === undefined) {
      const variable = variableOf(target.environment, name)
      problems.push(`${variable} is not set, and Secrets Manager has no value of ${name} yet: export ${variable}=…`)
    }
    const changed = given !== undefined && given !== stored.value
    return [{ name, arn, current: stored.version, write: changed ? given : undefined }]
  })
  return { planned: (await Promise.all(planned)).flat(), problems }
}

/** The value that is current, and its version; neither where there is none yet. */
export async function readCurrent(
  target: Target,
  arn: string,
): Promise<{ version?: string | undefined; value?: string | undefined }> {
  const secrets = await target.aws.secrets()
  try {
    const { SecretString: value, VersionId: version } = await secrets.getSecretValue({ SecretId: arn })
    return { value, version }
  } catch (error) {
    // AWS's answer for a secret without any version.
    if ((error as Error).name === "ResourceNotFoundException") return {}
    throw error
  }
}
