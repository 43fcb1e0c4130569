import { short } from "../../platform/version.ts"
import type { DeploymentRecord } from "./record.ts"
import type { Running } from "../ecs/services.ts"
import { readPointer, refuseUnreadable } from "../site/releases.ts"
import type { Target } from "../target.ts"

/**
 * How an environment differs from what a deployment, such as the last one, recorded, a line each; nothing when it is just
 * that. A deploy that was killed leaves such a difference behind, and so does whoever changes services by hand.
 */
export async function differences(
  target: Target,
  running: Running[],
  record: DeploymentRecord | undefined,
): Promise<string[]> {
  return [...running.flatMap((service) => differenceOf(service, record)), ...(await differencesOfSite(target, record))]
}

function differenceOf({ service, revision }: Running, record: DeploymentRecord | undefined): string[] {
  const { version, taskDefinition, desiredCount } = revision
  const expected = record?.services.find(({ name }) => name === service.name)
  // The placeholder that a new environment starts with.
  if (!expected && (version === undefined || desiredCount === 0)) return []
  if (expected?.taskDefinition === taskDefinition && desiredCount > 0) return []
  const found = `${service.name} runs ${desiredCount === 0 ? "no task" : nameOf(revision)}`
  if (!expected) return [`${found}, and no deployment recorded it`]
  return [`${found}, and deployment ${record!.deployment} recorded ${nameOf(expected)}`]
}

/** The same version with other secrets, or another size, is another task definition. */
const nameOf = ({ version, taskDefinition }: { version?: string | undefined; taskDefinition: string }): string =>
  `${version === undefined ? "no version" : short(version)} (${taskDefinition.replace(/^.*\//, "")})`

async function differencesOfSite(target: Target, record: DeploymentRecord | undefined): Promise<string[]> {
  if (!target.infrastructure.site) return []
  const { current } = await readPointer(target).catch(refuseUnreadable)
  const half = current.activating.map((release) => `site: the switch to release ${short(release)} was not finished`)
  if (half.length > 0 || current.release === undefined || current.release === record?.site) return half
  const recorded = record
    ? `deployment ${record.deployment} recorded ${record.site ? short(record.site) : "none"}`
    : "no deployment recorded it"
  return [`site: serves release ${short(current.release)}, and ${recorded}`]
}
