import { createHash } from "node:crypto"
import { messageOf, refused } from "../../platform/failure.ts"
import { fetchWhole, type WholeAnswer } from "../../platform/fetch-whole.ts"
import type { RegistryLogin } from "./ecr.ts"

/** How a manifest names a blob, or an index a manifest. */
export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  artifactType?: string | undefined
}

/** A manifest as the registry holds it. */
export interface HeldManifest {
  descriptor: Descriptor
  content: Record<string, unknown>
}

export const manifestType = "application/vnd.oci.image.manifest.v1+json"
export const indexType = "application/vnd.oci.image.index.v1+json"

const accepted = [
  manifestType,
  indexType,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ")

/** In milliseconds */
const requestTimeout = 60_000

/** One repository of a registry, by OCI's distribution API: what AWS's own API has no call for, such as referrers. */
export type OciRepository = ReturnType<typeof ociRepository>

export function ociRepository(login: RegistryLogin, name: string) {
  const { scheme, address, username, password } = login
  const url = `${scheme}://${address}/v2/${name}`
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`

  /** Refuses an answer that is neither a success nor among those that are expected, or does not come to its end. */
  async function call(path: string, init: RequestInit = {}, expected: number[] = []): Promise<WholeAnswer> {
    const target = new URL(path, `${url}/`)
    const headers = { authorization, ...(init.headers as Record<string, string>) }
    const what = `${init.method ?? "GET"} ${target.origin}${target.pathname}`
    const answer = await fetchWhole(target, requestTimeout, { ...init, headers }).catch((error) => {
      throw refused(`the registry does not answer ${what}: ${messageOf(error)}`)
    })
    const { ok, status, content } = answer
    if (ok || expected.includes(status)) return answer
    throw refused(`the registry answers ${status} to ${what}.`, ...content.toString().split("\n").slice(0, 3))
  }

  return {
    login,
    name,

    /** Pushes a blob, unless the registry holds it. */
    async pushBlob(blob: Buffer): Promise<void> {
      const digest = digestOf(blob)
      const held = await call(`blobs/${digest}`, { method: "HEAD" }, [404])
      if (held.ok) return
      const started = await call("blobs/uploads/", { method: "POST" })
      const upload = new URL(started.headers.get("location")!, url)
      upload.searchParams.set("digest", digest)
      const headers = { "content-type": "application/octet-stream" }
      await call(upload.href, { method: "PUT", headers, body: new Uint8Array(blob) })
    },

    /** Puts a manifest under a tag or its digest. Says whether the registry notes by itself what the manifest refers to. */
    async pushManifest(reference: string, mediaType: string, content: string): Promise<{ referrerNoted: boolean }> {
      const init = { method: "PUT", headers: { "content-type": mediaType }, body: content }
      const { headers } = await call(`manifests/${reference}`, init)
      return { referrerNoted: headers.has("oci-subject") }
    },

    /** The manifest under a tag or a digest; undefined where there is none. */
    async findManifest(reference: string): Promise<HeldManifest | undefined> {
      const { status, headers, content } = await call(
        `manifests/${reference}`,
        { headers: { accept: accepted } },
        [404],
      )
      if (status === 404) return undefined
      const descriptor = describe(headers.get("content-type") ?? manifestType, content)
      if (reference.startsWith("sha256:") && descriptor.digest !== reference)
        throw refused(`the registry has another manifest under ${name}@${reference} than that.`)
      return {
        descriptor,
        content: JSON.parse(content.toString()) as Record<string, unknown>,
      }
    },

    async readBlob(digest: string): Promise<Buffer> {
      const { content } = await call(`blobs/${digest}`)
      if (digestOf(content) === digest) return content
      throw refused(`the registry has another blob under ${digest} than that.`)
    },

    /** What the registry's own list of referrers says; undefined where it keeps none. */
    async askReferrers(subject: string): Promise<Descriptor[] | undefined> {
      const found: Descriptor[] = []
      let page: string | undefined = `referrers/${subject}`
      while (page) {
        const { status, headers, content }: WholeAnswer = await call(page, { headers: { accept: indexType } }, [404])
        if (status === 404) return undefined
        const { manifests } = JSON.parse(content.toString()) as { manifests: Descriptor[] }
        found.push(...manifests)
        page = nextPage(headers.get("link"))
      }
      return found
    },
  }
}

/** The path that a Link header names; its host is not followed, as it would be given the password. */
function nextPage(link: string | null): string | undefined {
  const [, next] = /<([^>]+)>;\s*rel="?next"?/.exec(link ?? "") ?? []
  if (next === undefined) return undefined
  const { pathname, search } = new URL(next, "http://registry")
  return pathname + search
}

export const digestOf = (content: Buffer | string): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`

export const describe = (mediaType: string, content: Buffer): Descriptor => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
})
