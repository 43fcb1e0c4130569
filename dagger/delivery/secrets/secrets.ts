import { z } from "zod"
import { messageOf } from "../../platform/failure.ts"
import { secretNames, type EnvironmentName, type Platform, type SecretName } from "../../platform/manifest.ts"
import type { Running } from "../ecs/services.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"
import { secretsIn, type SecretReferences } from "../ecs/task-definition.ts"

/** The values that the caller gives. One that is absent stays what it is in Secrets Manager. */
export type SecretValues = Partial<Record<SecretName, string>>

/** A secret's version: its id in Secrets Manager. */
export type SecretVersions = { [Name in SecretName]?: string | undefined }

/** What a deploy does to a secret: `write` is the new value, absent where the current one stays. */
export interface PlannedSecret {
  name: SecretName
  arn: string
  /** Version id of AWSCURRENT, which is what the last deployment that succeeded runs with */
  current?: string | undefined
  write?: string | undefined
}

/** The label of the secrets' versions that a deployment wrote; a version without a label is deleted by AWS at some time. */
export const deploymentLabel = (deployment: number): string => `deploy-${deployment}`

const isDeploymentLabel = (stage: string): boolean => /^deploy-\d+$/.test(stage)

/** The environment variable that a secret's value is taken from: STAGING_DATABASE_URL, or QA_EU_DATABASE_URL for qa-eu. */
export const variableOf = (environment: EnvironmentName, name: SecretName): string =>
  `${environment.toUpperCase().replaceAll("-", "_")}_${name}`

const databaseUrl = z.string().superRefine((text, context) => {
  const problem = problemOfDatabaseUrl(text)
  if (problem) context.addIssue({ code: "custom", message: problem })
})

/** What each value has to look like; a message never quotes the value. */
const formats: Record<SecretName, z.ZodType<string>> = {
  DATABASE_URL: databaseUrl,
  JWT_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= 32, "is shorter than 32 bytes. Make one: openssl rand -hex 32"),
  ENCRYPTION_KEY: z.string().regex(
    // Several, comma-separated, while a new key replaces an old one.
    /^[\w-]{43}=(\s*,\s*[\w-]{43}=)*$/,
    "is not a Fernet key (32 bytes in URL-safe base64), nor a comma-separated list of them. Make one: openssl rand -base64 32 | tr +/ -_",
  ),
}

function problemOfDatabaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not a URL, expected postgresql://user:password@host/database?sslmode=require"
  const url = new URL(text)
  if (!/^postgres(ql)?:$/.test(url.protocol)) return `begins with ${url.protocol}//, expected postgresql://`
  if (!url.hostname || !url.username || url.pathname.length < 2) return "lacks its user, host or database"
  const sslmode = url.searchParams.get("sslmode")
  if (!sslmode) return "has no sslmode. Neon requires TLS: add ?sslmode=require"
  if (!["require", "verify-ca", "verify-full"].includes(sslmode))
    return `has sslmode=${sslmode}, which may go without TLS. Set sslmode=require`
  return undefined
}

/** What is wrong with the values that are given, a line each. */
export function problemsOfValues(environment: EnvironmentName, values: SecretValues): string[] {
  return secretNames.flatMap((name) => {
    const parsed = formats[name].safeParse(values[name] ?? undefined)
    if (values[name] === undefined || parsed.success) return []
    return [`${variableOf(environment, name)} ${parsed.error.issues[0]!.message}.`]
  })
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
    const stages = await stagesOf(target, target.infrastructure.secrets[name as SecretName])
    if (version && !stages.get(version)?.length) missing.push(name)
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
