import { deploymentName, remoteEnvironments, requireEnvironment } from "../../platform/environments.ts"
import pMap from "p-map"
import { refused } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import { short } from "../../platform/version.ts"
import { isDenied } from "../../aws/clients.ts"
import { readInfrastructure } from "../../aws/infrastructure.ts"
import { readKeptMigrations } from "../migrations/kept-migrations.ts"
import { deploymentOf, findCommits, listDeployments, readHistory, readRecord, type DeploymentRecord } from "./record.ts"
import { servicesAtATime } from "../concurrency.ts"
import { findPinned } from "../registry/ecr.ts"
import { openKeptSite } from "../site/kept-site.ts"
import type { Artifacts } from "../artifacts.ts"
import type { BuiltImage, Target } from "../target.ts"

/** How many versions are named to whoever asks for one that is not there. */
const named = 5

/**
 * What is to be deployed: what the working copy makes, or the very images and site of a deployment that is named as a
 * version. An environment that promotes takes nothing else, and that from the environment before it; any other takes its
 * own deployments.
 */
export async function chooseArtifacts(
  target: Target,
  built: Artifacts,
  version: string | undefined,
): Promise<Artifacts> {
  const { name, local, promotesFrom } = requireEnvironment(target.platform, target.environment)
  if (version === undefined) {
    if (promotesFrom === undefined) {
      if (!local && !built.commit)
        throw refused(
          `${name} is deployed from a commit, and this folder is in no git repository.`,
          "Run the command in a clone, so that everybody can tell later what runs.",
        )
      return built
    }
    const ran = await describeVersions(await openOrigin(target))
    throw refused(
      `${name} promotes what ${promotesFrom} has run, and no version was named.`,
      `Name one: --version …; ${ran}.`,
    )
  }
  if (local) {
    const others = remoteEnvironments(target.platform).map(({ name }) => name)
    throw refused(`--version is for ${others.join(", ")}.`, `${name} is deployed from the working copy.`)
  }
  const from = await openOrigin(target)
  return promoted(target, from, await findVersion(from, version), built)
}

/** Refuses to change a part of an environment that is changed as a whole: by a promotion, or by a plan that was approved. */
export function refusePart({ platform, environment }: Target): void {
  const { promotesFrom, approval } = requireEnvironment(platform, environment)
  if (promotesFrom !== undefined) {
    throw refused(
      `${environment} promotes what ${promotesFrom} has run, as a whole.`,
      "Use plan and deploy with --version.",
    )
  }
  if (approval) throw refused(`${environment} requires an approved plan of the whole platform.`, "Use plan and deploy.")
}

/** The environment that versions come from, in the same account: the one that is promoted from, or itself. */
async function openOrigin(target: Target): Promise<Target> {
  const { promotesFrom } = requireEnvironment(target.platform, target.environment)
  if (promotesFrom === undefined) return target
  const infrastructure = await readInfrastructure(target.aws, target.platform, promotesFrom)
  return { ...target, environment: promotesFrom, infrastructure }
}

/** Finds the deployment that a version names: its number, or the commit that it was made from, in full or its beginning. */
async function findVersion(from: Target, version: string): Promise<DeploymentRecord> {
  const { environment } = from
  const [, number] = /^(\d{1,6})$/.exec(version.replace(`${environment}-`, "")) ?? []
  if (!number && !/^[0-9a-f]{7,40}$/.test(version)) {
    throw refused(
      `"${version}" is not a version of ${environment}.`,
      `Expected a deployment to ${environment}, such as ${deploymentName(environment, 12)}, or a commit: at least 7 of its hexadecimal digits.`,
    )
  }
  if (number) {
    if ((await listDeployments(from)).includes(Number(number))) return readRecord(from, Number(number))
  } else {
    const [commit, ...others] = await findCommits(from, version)
    if (others.length > 0)
      throw refused(`${version} is the beginning of several commits: ${[commit, ...others].join(", ")}.`)
    if (commit) return readRecord(from, await deploymentOf(from, commit))
  }
  throw refused(
    `${environment} has not run ${version}.`,
    `Deploy it to ${environment} first, or name a version that ${environment} has run: ${await describeVersions(from)}.`,
  )
}

async function describeVersions(from: Target): Promise<string> {
  const recorded = await listDeployments(from)
  const records = await readHistory(from, recorded.slice(0, named))
  const names = records.map(
    ({ deployment, commit }) =>
      `${deploymentName(from.environment, deployment)}${commit ? ` (${short(commit.sha)})` : ""}`,
  )
  return names.length > 0 ? `the last are ${names.join(", ")}` : "there is none yet"
}

/** The images and the site that a deployment ran with. Nothing is built. */
function promoted(
  target: Target,
  from: Target,
  record: DeploymentRecord,
  { secrets, rotate, verifyProvenance, locks }: Pick<Artifacts, "secrets" | "rotate" | "verifyProvenance" | "locks">,
): Artifacts {
  const { environment } = from
  const version = deploymentName(environment, record.deployment)
  const imageOf = ({ name }: Service): BuiltImage => {
    const found = record.services.find((service) => service.name === name)
    if (found) return { service: name, version: found.version, image: found.image, sbom: found.sbom }
    throw refused(
      `${version} has no ${name}, which platform.json names.`,
      `Deploy this working copy to ${environment} first.`,
    )
  }
  return {
    version,
    commit: record.commit,
    secrets,
    rotate,
    locks,
    async versions(services, progress) {
      const images = services.map(imageOf)
      await requireHeld(from, images).catch((error) => {
        if (!isDenied(error)) throw error
        progress.line("images", `ECR may not be queried for them; taken from the record of ${version}`)
      })
      return images
    },
    async images(services, progress) {
      const images = services.map(imageOf)
      await requireHeld(from, images)
      await verifyProvenance?.(images, progress)
      return images
    },
    async site() {
      if (!record.site) throw refused(`${version} has no site.`, `Deploy ${environment} again, with its site.`)
      return openKeptSite(from, record.site)
    },
    async migrations() {
      const migrating = record.services.find(({ name }) => name === target.platform.migration?.service)
      const revisions = migrating && (await readKeptMigrations(from, migrating.version))
      if (revisions) return revisions
      throw refused(
        `the migrations of ${version} were not kept.`,
        `Deploy it to ${environment} again, and promote that.`,
      )
    },
  }
}

async function requireHeld({ aws, environment }: Target, images: BuiltImage[]): Promise<void> {
  const held = await pMap(images, ({ image }) => findPinned(aws, image), servicesAtATime)
  const gone = images.filter((_, index) => !held[index]).map(({ image }) => `ECR does not hold ${image} any more.`)
  if (gone.length > 0)
    throw refused("images of this version are gone.", ...gone, `Deploy the commit to ${environment} again.`)
}
