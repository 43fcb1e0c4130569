import { refused } from "../outcome.ts"
import type { Aws } from "./aws.ts"

/** Where images are pushed, and who may: HTTP basic authentication, as `docker login` takes it. */
export interface RegistryLogin {
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
  mediaType?: string
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
  return { address: address ?? new URL(proxyEndpoint).host, username, password }
}

/** The image behind a tag of a repository; undefined where ECR holds none. Refuses a repository that does not exist. */
export async function findImage(aws: Aws, repositoryName: string, imageTag: string): Promise<HeldImage | undefined> {
  const ecr = await aws.ecr()
  const { images } = await ecr
    .batchGetImage({ repositoryName, imageIds: [{ imageTag }], acceptedMediaTypes: mediaTypes })
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

/** Whether ECR still holds an image, `registry/repository@digest`. */
export async function holdsImage(aws: Aws, image: string): Promise<boolean> {
  const [, repositoryName, imageDigest] = /^[^/]+\/(.+)@(.+)$/.exec(image)!
  const ecr = await aws.ecr()
  const { images } = await ecr.batchGetImage({ repositoryName, imageIds: [{ imageDigest }] })
  return images?.length === 1
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
