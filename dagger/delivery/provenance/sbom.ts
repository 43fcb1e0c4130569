import { z } from "zod"
import { refused } from "../../platform/failure.ts"
import type { OciRepository } from "../registry/oci-repository.ts"
import { attach, listReferrers, readAttached } from "./referrers.ts"
import { referenceOf, registryAccess, toldBy, type RunTool } from "./tools.ts"

/** SPDX as JSON, among an image's referrers. */
export const sbomType = "application/spdx+json"

/** What is looked at of an SPDX document; the rest is syft's. */
const spdx = z.looseObject({ spdxVersion: z.literal("SPDX-2.3"), documentNamespace: z.string() })

/** SPDX's name of a document, which no other may have: that of the image that it describes. */
const namespaceOf = ({ name }: OciRepository, digest: string): string =>
  `https://spdx.org/spdxdocs/${name}-${digest.replace(":", "-")}`

/** The digest of the manifest that attaches an image's SBOM. Makes it and attaches it where there is none. */
export async function ensureSbom(
  repository: OciRepository,
  image: { digest: string; version: string },
  run: RunTool,
): Promise<string> {
  const [attached] = await listReferrers(repository, image.digest, sbomType)
  return attached?.digest ?? attach(repository, image.digest, sbomType, await makeSbom(repository, image, run))
}

/**
 * Lists what an image has in it, read from the registry, so that it is of the very bytes that will run, and an image is not
 * built for it. The same image makes the same document: what syft takes from the clock or chance is taken from the image.
 */
async function makeSbom(
  repository: OciRepository,
  { digest, version }: { digest: string; version: string },
  run: RunTool,
): Promise<Buffer> {
  const { name } = repository
  const args = ["scan", `registry:${referenceOf(repository, digest)}`, "--quiet", "--output", "spdx-json"]
  const { variables, files } = registryAccess(repository)
  const quiet = { SYFT_CHECK_FOR_APP_UPDATE: "false" }
  const made = await run("syft", [...args, "--source-name", name, "--source-version", version], {
    variables: { ...variables, ...quiet },
    files,
  })
  if (made.exitCode !== 0) throw refused(`syft made no SBOM of ${name}@${digest}.`, ...toldBy(made))
  const document = JSON.parse(made.stdout) as Record<string, unknown> & { creationInfo: Record<string, unknown> }
  document.documentNamespace = namespaceOf(repository, digest)
  document.creationInfo.created = await createdAt(repository, digest)
  return Buffer.from(JSON.stringify(document))
}

/** When an image was made, as its manifest says. */
async function createdAt(repository: OciRepository, digest: string): Promise<string> {
  const manifest = await repository.findManifest(digest)
  const { "org.opencontainers.image.created": created } = (manifest?.content.annotations ?? {}) as Record<
    string,
    string
  >
  // SPDX knows whole seconds only.
  return `${new Date(created ?? 0).toISOString().slice(0, 19)}Z`
}

/** What is wrong with an image's SBOM, undefined where nothing is: it is SPDX, and of this very image. */
export async function sbomProblem(
  repository: OciRepository,
  digest: string,
  sbom: string,
): Promise<string | undefined> {
  const what = `${repository.name}@${digest}`
  const parsed = spdx.safeParse(parseJson(await readAttached(repository, sbom)))
  if (!parsed.success) return `the SBOM of ${what} is not SPDX 2.3.`
  const ofThis = parsed.data.documentNamespace === namespaceOf(repository, digest)
  return ofThis ? undefined : `the SBOM of ${what} is of another image.`
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString())
  } catch {
    return undefined
  }
}
