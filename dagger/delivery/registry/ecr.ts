import type { ImageIdentifier } from "#aws/ecr"
import { refused } from "../../platform/failure.ts"
import type { Aws } from "../../aws/clients.ts"

/** Where images are pushed, and who may: HTTP basic authentication, as `docker login` takes it. */
export interface RegistryLogin {
  /** An emulator's registry knows no TLS */
  scheme: "https" | "http"
  /** Host, and port where it is not 443 */
  address: string
  username: string
  /** Valid for 12 hours */
  password: string
}

/** An image that ECR holds. */
export interface HeldImage {
  digest: string
  manifest: string
  mediaType?: string | undefined
}

const mediaTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]

/** Logs in to ECR. `address` replaces the host that AWS gives, where an emulator's is another. */
export async function logIn(aws: Aws, address?: string): Promise<RegistryLogin> {
  const ecr = await aws.ecr()
  const { authorizationData } = await ecr.getAuthorizationToken({})
  const { authorizationToken = "", proxyEndpoint = "" } = authorizationData?.[0] ?? {}
  const [username = "", password = ""] = Buffer.from(authorizationToken, "base64").toString().split(/:(.*)/s)
  return {
    scheme: address === undefined ? "https" : "http",
    address: address ?? new URL(proxyEndpoint).host,
    username,
    password,
  }
}

/** The image behind a tag of a repository; undefined where ECR holds none. Refuses a repository that does not exist. */
export const findImage = (aws: Aws, repositoryName: string, imageTag: string): Promise<HeldImage | undefined> =>
  find(aws, repositoryName, { imageTag })

async function find(aws: Aws, repositoryName: string, imageId: ImageIdentifier): Promise<HeldImage | undefined> {
  const ecr = await aws.ecr()
  const { images } = await ecr
    .batchGetImage({ repositoryName, imageIds: [imageId], acceptedMediaTypes: mediaTypes })
    .catch((error) => {
      if ((error as Error).name !== "RepositoryNotFoundException") throw error
      throw refused(`ECR has no repository ${repositoryName}.`, "Apply infra/shared first.")
    })
  const [image] = images ?? []
  if (!image) return undefined
  return {
    digest: image.imageId!.imageDigest!,
    manifest: image.imageManifest!,
    mediaType: image.imageManifestMediaType,
  }
}

/** The image that a reference pins, `registry/repository@digest`; undefined where ECR does not hold it. */
export async function findPinned(aws: Aws, image: string): Promise<HeldImage | undefined> {
  return find(aws, repositoryIn(image), { imageDigest: image.slice(image.indexOf("@") + 1) })
}

/** `registry/cat-house/auth@sha256:…` → cat-house/auth */
const repositoryIn = (image: string): string => image.slice(image.indexOf("/") + 1, image.indexOf("@"))

/** Tags an image that a reference pins. Throws where ECR does not hold it. */
export async function tagPinned(aws: Aws, image: string, imageTag: string): Promise<void> {
  const held = await findPinned(aws, image)
  if (!held) throw new Error(`ECR does not hold ${image}`)
  await addTag(aws, repositoryIn(image), held, imageTag)
}

/** Gives an image that ECR holds one more tag; a tag that another image bears moves. */
export async function addTag(aws: Aws, repositoryName: string, image: HeldImage, imageTag: string): Promise<void> {
  const ecr = await aws.ecr()
  await ecr
    .putImage({
      repositoryName,
      imageTag,
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
      imageDigest: image.digest,
    })
    .catch((error) => {
      // Somebody else gave the same image the same tag: that is what was wanted.
      if ((error as Error).name !== "ImageAlreadyExistsException") throw error
    })
}
