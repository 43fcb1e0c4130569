import type { ImageStore } from "../../node/packages/images.ts"

interface Manifest {
  config: { digest: string }
}

interface ImageConfig {
  config: { Env: string[] }
}

/**
 * Images as ECS pulls them: by digest from the emulator's registry. What is there tells its version, and that version is run
 * from the images of this machine; a digest that the registry does not hold is not there.
 */
export function pulling(images: ImageStore, registryUrl: string): Pick<ImageStore, "find"> {
  return {
    async find(reference) {
      const [, repository, digest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? []
      if (!repository) return undefined
      const held = `${registryUrl}/v2/${repository}`
      const manifest = await getJson<Manifest>(`${held}/manifests/${digest}`)
      if (!manifest) return undefined
      const image = await getJson<ImageConfig>(`${held}/blobs/${manifest.config.digest}`)
      const version = image?.config.Env.find((line) => line.startsWith("SERVICE_VERSION="))?.split("=")[1]
      return version ? images.find(`${repository}@sha256:${version}`) : undefined
    },
  }
}

async function getJson<T>(url: string): Promise<T | undefined> {
  const accept = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, */*"
  const response = await fetch(url, { headers: { accept } })
  return response.ok ? ((await response.json()) as T) : undefined
}
