import { short } from "../platform/version.ts"
import { readRecord, type DeploymentRecord } from "./record.ts"
import type { Running } from "./services.ts"
import { readPointer, refuseUnreadable } from "./site/releases.ts"
import type { Target } from "./target.ts"

/**
 * How an environment differs from what its last deployment recorded, a line each; nothing when it is just that. A deploy that
 * was killed leaves such a difference behind, and so does whoever changes services by hand.
 */
export async function findUnrecorded(target: Target, running: Running[], recorded: number[]): Promise<string[]> {
  const record = recorded.length > 0 ? await readRecord(target, recorded[0]!) : undefined
  return [...running.flatMap((service) => differenceOf(service, record)), ...(await differencesOfSite(target, record))]
}

function differenceOf({ service, revision }: Running, record: DeploymentRecord | undefined): string[] {
  const { version, taskDefinition, desiredCount } = revision
  const expected = record?.services.find(({ name }) => name === service.name)
  // The placeholder that a new environment starts with.
  if (!expected && (version === undefined || desiredCount === 0)) return []
  if (expected?.taskDefinition === taskDefinition && desiredCount > 0) return []
  const runs = version === undefined ? taskDefinition : short(version)
  const found = `${service.name} runs ${desiredCount === 0 ? "no task" : runs}`
  return [
    expected
      ? `${found}, and deployment ${record!.deployment} recorded ${describeExpected(expected, version)}`
      : `${found}, and no deployment recorded it`,
  ]
}

/** The same version with other secrets, or another manifest, is another task definition. */
const describeExpected = (expected: DeploymentRecord["services"][number], version: string | undefined): string =>
  expected.version === version ? `the same version as ${expected.taskDefinition}` : short(expected.version)

async function differencesOfSite(target: Target, record: DeploymentRecord | undefined): Promise<string[]> {
  if (!target.infrastructure.site) return []
  const { current } = await readPointer(target).catch(refuseUnreadable)
  const half = current.activating.map((release) => `site: the switch to release ${short(release)} came to no end`)
  if (half.length > 0 || current.release === undefined || current.release === record?.site) return half
  const recorded = record
    ? `deployment ${record.deployment} recorded ${record.site ? short(record.site) : "none"}`
    : "no deployment recorded it"
  return [`site: serves release ${short(current.release)}, and ${recorded}`]
}
