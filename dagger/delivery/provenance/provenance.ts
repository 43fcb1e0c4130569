import pMap from "p-map"
import { refused } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { RegistryLogin } from "../registry/ecr.ts"
import { servicesAtATime } from "../concurrency.ts"
import type { BuiltImage } from "../target.ts"
import { ociRepository } from "../registry/oci-repository.ts"
import { listReferrers } from "./referrers.ts"
import { ensureSbom, sbomProblem, sbomType } from "./sbom.ts"
import { ensureSigned, signatureProblem, type Signing } from "./signing.ts"
import type { RunTool } from "./tools.ts"

/** What tells of an image where it comes from and what it has in it. */
export interface ProvenanceTools {
  run: RunTool
  /** Absent where there is neither a key nor an identity */
  signing?: Signing | undefined
}

/** An image that a registry holds. */
export interface ImageOf {
  repository: string
  digest: string
  version: string
}

/** Sees to it that an image has an SBOM, and that both are signed where they can be. Returns the digest of the SBOM. */
export async function ensureProvenance(
  { run, signing }: ProvenanceTools,
  login: RegistryLogin,
  { repository: name, digest, version }: ImageOf,
): Promise<string> {
  const repository = ociRepository(login, name)
  const sbom = await ensureSbom(repository, { digest, version }, run)
  if (signing) for (const signed of [digest, sbom]) await ensureSigned(repository, signed, signing, run)
  return sbom
}

/**
 * Refuses images that have no SBOM of their own, or another one than was recorded, and, where signatures can be verified,
 * images and SBOMs that have none which holds.
 */
export async function verifyProvenance(
  tools: ProvenanceTools,
  login: RegistryLogin,
  images: BuiltImage[],
  progress: Progress,
): Promise<void> {
  const found = await pMap(images, (image) => problemsOf(tools, login, image), servicesAtATime)
  const problems = found.flat().filter((problem) => problem !== undefined)
  if (problems.length > 0) {
    throw refused(
      "images of this version have no valid provenance.",
      ...problems,
      "Find out who changed them. Where they were published before SBOMs or the key, deploy the commit to staging again.",
    )
  }
  progress.line(
    "images",
    tools.signing
      ? `SBOMs and signatures hold, by ${tools.signing.by}`
      : "SBOMs hold; signatures were not verified, as neither COSIGN_PUBLIC_KEY nor COSIGN_IDENTITY is set",
  )
}

async function problemsOf(
  { run, signing }: ProvenanceTools,
  login: RegistryLogin,
  { image, sbom: recorded }: BuiltImage,
): Promise<(string | undefined)[]> {
  const [, name, digest] = /^[^/]+\/(.+)@(.+)$/.exec(image)!
  const repository = ociRepository(login, name!)
  const attached = await listReferrers(repository, digest!, sbomType)
  const sbom = attached.find((one) => recorded === undefined || one.digest === recorded)?.digest
  if (!sbom) return [`${name}@${digest} has no SBOM${recorded ? ` ${recorded}, which was recorded of it` : ""}.`]
  const signed = signing ? [digest!, sbom] : []
  return Promise.all([
    sbomProblem(repository, digest!, sbom),
    ...signed.map((each) => signatureProblem(repository, each, signing!, run)),
  ])
}
