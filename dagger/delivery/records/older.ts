import { requireEnvironment } from "../../platform/environments.ts"
import { refused } from "../../platform/failure.ts"
import { short } from "../../platform/version.ts"
import type { Artifacts } from "../artifacts.ts"
import type { Target } from "../target.ts"
import type { DeploymentRecord } from "./record.ts"

/**
 * What is older than what runs, in words: a version before the one that was promoted, or a commit that the one that runs
 * builds on. Undefined where it is newer, beside it, or where it cannot be told, as in a shallow clone.
 */
export async function findOlder(
  { version, commit, isAncestor }: Pick<Artifacts, "version" | "commit" | "isAncestor">,
  last: DeploymentRecord | undefined,
): Promise<string | undefined> {
  if (version !== undefined && last?.version !== undefined)
    return numberOf(version) < numberOf(last.version)
      ? `${version} is older than ${last.version}, which runs`
      : undefined
  const running = last?.commit?.sha
  if (!commit || !running || commit.sha === running) return undefined
  if (!(await isAncestor?.(commit.sha, running))) return undefined
  return `commit ${short(commit.sha)} is older than ${short(running)}, which runs`
}

/** staging-12 → 12 */
const numberOf = (version: string): number => Number(/\d+$/.exec(version)?.[0])

/** Refuses to go back by accident, as the re-run of an old workflow does. */
export function refuseOlder({ platform, environment }: Target, older: string | undefined, allowed: boolean): void {
  if (older === undefined || allowed || requireEnvironment(platform, environment).local) return
  throw refused(`${older}.`, "To return to what ran before, use rollback. To deploy it on purpose, add --allow-older.")
}
