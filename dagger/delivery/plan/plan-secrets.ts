import type { SecretName } from "../../platform/manifest.ts"
import { variableOf } from "../../platform/schema/secret.ts"
import { isDenied } from "../../aws/clients.ts"
import { readCurrent, usedSecrets } from "../secrets/plan.ts"
import { currentVersion } from "../secrets/versions.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"
import type { SecretReferences } from "../ecs/task-definition.ts"
import type { Read } from "./read.ts"

/** What would become of a secret: a new value, or the version that is current. */
export interface SecretChange {
  name: SecretName
  /** That a new value is taken from */
  variable: string
  set: boolean
  version?: string | undefined
}

/** Tells which secrets would be given a new value, never which. A value is read only to see whether there is one, and a given one differs. */
export function planSecretChanges(
  target: Target,
  { secrets: values, rotate }: Pick<Artifacts, "secrets" | "rotate">,
  read: Read,
  notes: string[],
): Promise<SecretChange[]> {
  const planned = usedSecrets(target.platform).map(async (name): Promise<SecretChange> => {
    const variable = variableOf(target.platform, target.environment, name)
    const arn = target.infrastructure.secrets[name]
    if (arn === undefined) {
      notes.push(`${target.environment} has no entry for ${name}: apply its infrastructure before the deploy`)
      return { name, variable, set: true }
    }
    const version = await read(
      `the version of ${name}`,
      () => currentVersion(target, arn),
      ({ secrets }) => secrets[name],
    )
    if (version === undefined) return { name, variable, set: true }
    const stored = await valueOf(name, arn)
    // An entry may have a version without a value.
    if (stored === "") return { name, variable, version, set: true }
    const given = values[name]
    return {
      name,
      variable,
      version,
      set: rotate ? rotate.includes(name) : given !== undefined && given !== (stored ?? given),
    }
  })
  return Promise.all(planned)

  /** Undefined where it may not be read; empty where there is none. */
  async function valueOf(name: SecretName, arn: string): Promise<string | undefined> {
    if (!rotate && values[name] === undefined) return undefined
    try {
      return (await readCurrent(target, arn)).value ?? ""
    } catch (error) {
      if (!isDenied(error)) throw error
      if (rotate) return undefined
      const variable = variableOf(target.platform, target.environment, name)
      notes.push(`the value of ${name} may not be read: ${variable} is taken for the one that is there already`)
      return undefined
    }
  }
}

/** How task definitions would name them. */
export const referencesIn = ({ infrastructure }: Target, changes: SecretChange[]): SecretReferences =>
  Object.fromEntries(
    changes.map(({ name, set, version }) => [name, `${infrastructure.secrets[name]}:::${set ? "(new)" : version}`]),
  )
