import { messageOf, refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { PlannedSecret } from "../secrets/plan.ts"
import { deploymentLabel, referenceTo, secretsInUse, stagesOf, type SecretVersions } from "../secrets/versions.ts"
import type { Target } from "../target.ts"
import type { Undo } from "../undo.ts"
import type { Found } from "./preflight.ts"

const subject = "secrets"

/**
 * Writes what has changed, as versions that bear the deployment's label and are not AWSCURRENT yet: until the deployment is
 * recorded, whoever asks for the current value gets the former one. Returns which version each secret is to be run with.
 * Undone by taking the labels off, so that AWS deletes the versions.
 */
export async function writeSecrets(
  target: Target,
  { secrets, number, before }: Pick<Found, "secrets" | "number" | "before">,
  undo: Undo,
  progress: Progress,
): Promise<SecretVersions> {
  const label = deploymentLabel(number)
  // A deploy that was killed has rolled them out.
  const kept = secretsInUse(before)
  const versions: SecretVersions = {}
  for (const secret of secrets) {
    versions[secret.name] = secret.current
    if (secret.write === undefined) continue
    undo.withdraw(subject, `${secret.name} keeps a version that nothing runs`, () =>
      withdraw(target, secret.arn, label, kept),
    )
    versions[secret.name] = await write(target, secret, secret.write, label, progress)
  }
  return versions
}

async function write(
  target: Target,
  { name, arn }: PlannedSecret,
  value: string,
  label: string,
  progress: Progress,
): Promise<string | undefined> {
  const secrets = await target.aws.secrets()
  const begun = await secrets.getSecretValue({ SecretId: arn, VersionStage: label }).catch(() => undefined)
  if (begun?.SecretString === value) {
    progress.line(subject, `${name} already has the new value, from an unfinished deploy`)
    return begun.VersionId
  }
  const { VersionId } = await secrets
    .putSecretValue({ SecretId: arn, SecretString: value, VersionStages: [label] })
    .catch((error) => {
      throw refused(`the new value of ${name} could not be written: ${messageOf(error)}`)
    })
  progress.line(subject, `${name} has a new value`)
  return VersionId
}

/** Takes the label off the version that bears it, but for one that is in use. */
async function withdraw(target: Target, arn: string, label: string, kept: Set<string>): Promise<void> {
  const [version] = [...(await stagesOf(target, arn))].find(([, stages]) => stages.includes(label)) ?? []
  if (version === undefined || kept.has(referenceTo(arn, version))) return
  const secrets = await target.aws.secrets()
  await secrets.updateSecretVersionStage({ SecretId: arn, VersionStage: label, RemoveFromVersionId: version })
}
