import type { SecretName } from "../../platform/manifest.ts"
import { isDenied } from "../../aws/clients.ts"
import { readCurrent, usedSecrets } from "../secrets/plan.ts"
import { variableOf } from "../secrets/values.ts"
import { currentVersion } from "../secrets/versions.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"
import type { SecretReferences } from "../ecs/task-definition.ts"
import type { Read } from "./read.ts"

/** What would become of a secret: a new value, or the version that is current. */
export interface SecretChange {
  name: SecretName
  set: boolean
  version?: string | undefined
}

/** Tells which secrets would be given a new value; never which. A value is read only to be compared with one that is given. */
export function planSecretChanges(
  target: Target,
  { secrets: values, rotate }: Pick<Artifacts, "secrets" | "rotate">,
  read: Read,
  notes: string[],
): Promise<SecretChange[]> {
  const planned = usedSecrets(target.platform).map(async (name): Promise<SecretChange> => {
    const arn = target.infrastructure.secrets[name]
    const version = await read(
      `the version of ${name}`,
      () => currentVersion(target, arn),
      ({ secrets }) => secrets[name],
    )
    const given = values[name]
    if (version === undefined) return { name, set: true }
    if (rotate) return { name, version, set: rotate.includes(name) }
    return { name, version, set: given !== undefined && (await differs(name, arn, given)) }
  })
  return Promise.all(planned)

  async function differs(name: SecretName, arn: string, given: string): Promise<boolean> {
    try {
      return (await readCurrent(target, arn)).value !== given
    } catch (error) {
      if (!isDenied(error)) throw error
      const variable = variableOf(target.environment, name)
      notes.push(`the value of ${name} may not be read: ${variable} is taken for the one that is there already`)
      return false
    }
  }
}

/** How task definitions would name them. */
export const referencesIn = ({ infrastructure }: Target, changes: SecretChange[]): SecretReferences =>
  Object.fromEntries(
    changes.map(({ name, set, version }) => [name, `${infrastructure.secrets[name]}:::${set ? "(new)" : version}`]),
  )
