import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { onTestFinished } from "vitest"
import type { RegistryLogin } from "../../../delivery/registry/ecr.ts"
import { describe, indexType, type Descriptor } from "../../../delivery/registry/oci-repository.ts"

interface Manifest {
  artifactType?: string | undefined
  subject?: { digest: string }
}

/**
 * A registry that lists referrers by itself, a page at a time, as ECR does and as OCI specifies it. There is none to install:
 * the emulator behind it does all the rest. Says which paths were asked for.
 */
export async function listingRegistry(
  behind: RegistryLogin,
  { pageSize = 50 } = {},
): Promise<{ login: RegistryLogin; asked: string[] }> {
  const referrers = new Map<string, Descriptor[]>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url!, "http://registry")
      asked.push(`${request.method} ${pathname}`)
      const [, subject] = /\/referrers\/(sha256:\w+)$/.exec(pathname) ?? []
      if (subject) {
        const from = Number(searchParams.get("from") ?? 0)
        const listed = referrers.get(subject) ?? []
        const more = from + pageSize < listed.length
        response.writeHead(200, {
          "content-type": indexType,
          ...(more ? { link: `<${pathname}?from=${from + pageSize}>; rel="next"` } : {}),
        })
        const manifests = listed.slice(from, from + pageSize)
        return response.end(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }))
      }
      const body = await buffer(request)
      const { host: _, "content-length": __, "transfer-encoding": ___, ...headers } = request.headers
      const answer = await fetch(`http://${behind.address}${request.url}`, {
        method: request.method!,
        headers: headers as Record<string, string>,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      const answered = Object.fromEntries(answer.headers)
      if (request.method === "PUT" && pathname.includes("/manifests/") && answer.ok) {
        const { subject, artifactType } = JSON.parse(body.toString()) as Manifest
        if (subject) {
          const listed = (referrers.get(subject.digest) ?? []).filter(
            ({ digest }) => digest !== describe("", body).digest,
          )
          referrers.set(subject.digest, [
            ...listed,
            { ...describe(request.headers["content-type"]!, body), artifactType },
          ])
          answered["oci-subject"] = subject.digest
        }
      }
      response.writeHead(answer.status, answered)
      response.end(Buffer.from(await answer.arrayBuffer()))
    })()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { login: { ...behind, address: `127.0.0.1:${port}` }, asked }
}
