import { requireEnvironment } from "../../platform/environments.ts"
import { messageOf, refused } from "../../platform/failure.ts"
import type { Platform, SecretName } from "../../platform/manifest.ts"
import { variableOf } from "../../platform/schema/secret.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"

/** What a deploy does to a secret: `write` is the new value, absent where the current one stays. */
export interface PlannedSecret {
  name: SecretName
  arn: string
  /** Version id of AWSCURRENT, which is what the last deployment that succeeded runs with */
  current?: string | undefined
  write?: string | undefined
}

/** The secrets that services run with. */
export const usedSecrets = ({ services, secrets }: Platform): SecretName[] =>
  Object.keys(secrets).filter((name) => services.some((service) => service.secrets.includes(name)))

/**
 * The secrets that are to get new values. Where a plan is approved it has to say which, whoever makes it, with the values at hand
 * or without; elsewhere, undefined says that the values given are compared. Refuses a name that the platform does not use.
 */
export function secretsToRotate({ platform, environment }: Target, given: string[]): SecretName[] | undefined {
  const names = given.map((name) => name.trim()).filter((name) => name !== "")
  const used = usedSecrets(platform)
  const unknown = names.find((name) => !used.includes(name))
  if (unknown !== undefined) throw refused(`unknown secret "${unknown}".`, `Expected some of: ${used.join(", ")}.`)
  if (names.length === 0 && !requireEnvironment(platform, environment).approval) return undefined
  return names
}

/** Compares the values given with those in Secrets Manager. `problems` names what is missing, in full and with the way to set it. */
export async function planSecrets(
  target: Target,
  { secrets: values, rotate }: Pick<Artifacts, "secrets" | "rotate">,
): Promise<{ planned: PlannedSecret[]; problems: string[] }> {
  const problems: string[] = []
  const planned = usedSecrets(target.platform).map(async (name): Promise<PlannedSecret[]> => {
    const arn = target.infrastructure.secrets[name]
    if (arn === undefined) {
      problems.push(
        `secret ${name}: ${target.environment} has no entry for it: apply its infrastructure (infra/README.md)`,
      )
      return []
    }
    const given = values[name]
    const stored = await readCurrent(target, arn).catch((error) => {
      problems.push(`secret ${name}: secretsmanager:GetSecretValue: ${messageOf(error)}`)
    })
    if (stored === undefined) return []
    if (given === undefined && stored.value === undefined) {
      const variable = variableOf(target.platform, target.environment, name)
      problems.push(`${variable} is not set, and Secrets Manager has no value of ${name} yet: export ${variable}=…`)
    }
    const differs = given !== undefined && given !== stored.value
    const isFirst = stored.value === undefined
    const named = rotate?.includes(name) ?? false
    if (named && !isFirst && !differs) {
      const why = given === undefined ? "is not set" : `is the value of ${name} that is there already`
      problems.push(
        `${variableOf(target.platform, target.environment, name)} ${why}, and --rotate names it: set a new value`,
      )
    }
    const changed = differs && (rotate === undefined || named || isFirst)
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
