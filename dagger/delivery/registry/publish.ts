import { remoteEnvironments } from "../../platform/environments.ts"
import pMap from "p-map"
import { Failure, messageOf, refused } from "../../platform/failure.ts"
import { defaultBranch, type Commit } from "../../platform/commit.ts"
import { type Platform, repositoryOf, type Service } from "../../platform/manifest.ts"
import { short } from "../../platform/version.ts"
import type { Progress } from "../../platform/progress.ts"
import { isDenied, type Aws } from "../../aws/clients.ts"
import { addTag, findImage, logIn, type HeldImage, type RegistryLogin } from "./ecr.ts"
import type { Artifacts, BuildImages, PlanImages } from "../artifacts.ts"
import { servicesAtATime } from "../concurrency.ts"
import { ensureProvenance, verifyProvenance, type ProvenanceTools } from "../provenance/provenance.ts"
import { type Target } from "../target.ts"

/** An image in ECR. */
export interface PublishedImage {
  service: string
  version: string
  /** `cat-house/auth`, without the registry */
  repository: string
  digest: string
  tags: string[]
  /** Digest of the manifest that attaches its SBOM */
  sbom?: string | undefined
  /** False where ECR held the version already, and nothing was built or pushed */
  pushed: boolean
}

/** One image to build and to push. */
export interface Push {
  service: string
  version: string
  /** `registry/cat-house/auth:version`, as it can be pushed to */
  address: string
  login: RegistryLogin
  /** OCI's, for the manifest: the image's configuration, and with it its id, depends on content alone */
  annotations: Record<string, string>
}

export interface PublishOptions {
  /** The hash of a service's inputs */
  versionOf(service: string): Promise<string>
  /** Builds an image and pushes it under its version */
  push(image: Push): Promise<void>
  /** One tag more */
  tag?: string | undefined
  commit?: Commit | undefined
  /** Where absent, images get no SBOM and are not signed */
  provenance?: ProvenanceTools
  /** Replaces ECR's host, where an emulator's is another */
  registryAddress?: string | undefined
}

/** What ECR takes for a tag. */
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/** Whether a tag says for good what its image is: a commit, a version, and what an environment ran. */
const isReserved = (platform: Platform, tag: string): boolean =>
  /^([0-9a-f]{40}|[0-9a-f]{64}|latest)$/.test(tag) ||
  remoteEnvironments(platform).some(({ name }) => tag.startsWith(`${name}-`))

/**
 * Sees to it that ECR holds the images of services under their versions, the commit, its branch, and `latest` on the default
 * branch. A version that ECR holds is neither built nor pushed again. Refuses a tag that ECR would refuse, and to let a
 * commit's tag move to another image.
 */
export async function publish(
  aws: Aws,
  platform: Platform,
  services: Service[],
  options: PublishOptions,
  progress: Progress,
): Promise<PublishedImage[]> {
  const tags = tagsOf(platform, options)
  const planned = await pMap(
    services,
    async ({ name }) => plan(aws, platform, name, await options.versionOf(name), options.commit),
    servicesAtATime,
  ).catch((error) => {
    throw error instanceof Failure ? error : refused(`ECR could not be queried: ${messageOf(error)}`)
  })
  const nothingToPush = !options.provenance && planned.every(({ held }) => held)
  const login = nothingToPush ? undefined : await logIn(aws, options.registryAddress)
  return pMap(
    planned,
    async ({ service, version, held }) => {
      const repository = repositoryOf(platform, service)
      const image = held ?? (await build(aws, repository, { service, version, login: login!, options }, progress))
      const { digest } = image
      if (options.provenance) progress.status(service, "being listed in an SBOM, and signed")
      const sbom =
        options.provenance && (await ensureProvenance(options.provenance, login!, { repository, digest, version }))
      for (const tag of tags) await addTag(aws, repository, image, tag)
      progress.done(service, `published ${held ? "already: " : ""}${short(version)}`)
      return {
        service,
        version,
        repository,
        digest,
        tags: [version, ...tags],
        sbom,
        pushed: !held,
      }
    },
    servicesAtATime,
  )
}

/** Images for a deploy: ECR's, pinned by digest. */
export function imagePublisher(target: Target, options: PublishOptions): BuildImages {
  const { aws, platform, infrastructure } = target
  return async (services, progress) => {
    const published = await publish(aws, platform, services, options, progress)
    return published.map(({ service, version, repository, digest, sbom }) => ({
      service,
      version,
      sbom,
      image: `${infrastructure.registry}/${repository}@${digest}`,
    }))
  }
}

/** The images that a deploy would pin: ECR's, where it holds them already. */
export function imageFinder({ aws, platform, infrastructure }: Target, { versionOf }: PublishOptions): PlanImages {
  return (services, progress) =>
    pMap(
      services,
      async ({ name: service }) => {
        const version = await versionOf(service)
        const repository = repositoryOf(platform, service)
        const held = await findImage(aws, repository, version).catch((error) => {
          if (!isDenied(error)) throw refused(`ECR could not be queried: ${messageOf(error)}`)
          progress.line(service, "ECR may not be queried for its image, which is taken for one that is not there yet")
          return undefined
        })
        return { service, version, image: held && `${infrastructure.registry}/${repository}@${held.digest}` }
      },
      servicesAtATime,
    )
}

/** What a promotion asks of images that were published so. */
export const provenanceVerifier =
  (target: Target, { provenance, registryAddress }: PublishOptions): Artifacts["verifyProvenance"] =>
  async (images, progress) => {
    if (provenance) await verifyProvenance(provenance, await logIn(target.aws, registryAddress), images, progress)
  }

/** What ECR holds of a service's version. Refuses when the commit's tag is on another image. */
async function plan(aws: Aws, platform: Platform, service: string, version: string, commit: Commit | undefined) {
  const repository = repositoryOf(platform, service)
  const sha = commit && !commit.changed ? commit.sha : undefined
  const held = await findImage(aws, repository, version)
  const tagged = sha && (await findImage(aws, repository, sha))
  if (tagged && tagged.digest !== held?.digest) {
    throw refused(
      `${repository}:${sha} is another image than the one that this commit makes now.`,
      "A commit's tag never moves. Look for what differs: files that git ignores, or the platform's tools.",
    )
  }
  return { service, version, held }
}

async function build(
  aws: Aws,
  repository: string,
  {
    service,
    version,
    login,
    options,
  }: { service: string; version: string; login: RegistryLogin; options: PublishOptions },
  progress: Progress,
): Promise<HeldImage> {
  progress.status(service, "being built and pushed")
  const address = `${login.address}/${repository}:${version}`
  await options.push({ service, version, address, login, annotations: annotationsOf(version, options.commit) })
  const pushed = await findImage(aws, repository, version)
  if (!pushed) throw refused(`${repository}:${version} was pushed, and ECR does not hold it.`, `It went to ${address}.`)
  return pushed
}

function annotationsOf(version: string, commit: Commit | undefined): Record<string, string> {
  return {
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.created": new Date().toISOString(),
    ...(commit?.source ? { "org.opencontainers.image.source": commit.source } : {}),
    ...(commit && !commit.changed ? { "org.opencontainers.image.revision": commit.sha } : {}),
  }
}

/** The tags besides the version. A working copy that differs from its commit bears none of the commit's. */
export function tagsOf(platform: Platform, { tag, commit }: Pick<PublishOptions, "tag" | "commit">): string[] {
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw refused(
      `"${tag}" is not a tag that ECR accepts.`,
      "Expected 1 to 128 letters, digits and _ . - and neither . nor - at its start.",
    )
  }
  if (tag !== undefined && isReserved(platform, tag)) {
    throw refused(
      `the tag ${tag} is kept for what it says: a commit, a version, the default branch, or a deployment.`,
      "Choose another one.",
    )
  }
  const ofCommit =
    commit && !commit.changed
      ? [
          commit.sha,
          ...(commit.branch ? [branchTag(platform, commit.branch)] : []),
          ...(commit.branch === defaultBranch ? ["latest"] : []),
        ]
      : []
  return [...ofCommit, ...(tag === undefined ? [] : [tag])]
}

/** A branch's name as a tag: feature/cats → feature-cats. One that would pass for something else says that it is a branch. */
export function branchTag(platform: Platform, branch: string): string {
  const safe = branch.replace(/[^A-Za-z0-9_.-]/g, "-").slice(0, 120)
  return isReserved(platform, safe) || !tagPattern.test(safe) ? `branch-${safe}` : safe
}
